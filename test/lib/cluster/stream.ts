import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { StoredMessage } from '../../../hack/lib/oracle.ts'
import { readStream } from '../../../hack/lib/read-stream.ts'

const stream = 'COINFLIPS'

/** The messages of one object or of all, in their order; none without a stream. */
export async function readMessages(url: string, uid?: string): Promise<StoredMessage[]> {
  const messages = await readStream(url, stream)
  const isOwn = ({ subject }: StoredMessage) => subject.split('.').at(-2) === uid
  return uid === undefined ? messages : messages.filter(isOwn)
}

/** Deletes the stream with all its messages. */
export async function deleteStream(url: string): Promise<void> {
  const connection = await connect({ servers: url, name: 'e2e' })
  try {
    await (await jetstreamManager(connection)).streams.delete(stream)
  } finally {
    await connection.close()
  }
}
