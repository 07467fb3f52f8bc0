import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

/** Creates a stream as the service would, for a server that is not the service. */
export async function createStream(url: string, name: string, prefix = name): Promise<void> {
  const connection = await connect({ servers: url })
  const manager = await jetstreamManager(connection)
  const subjects = [`${prefix}.>`]
  await manager.streams.add({ name, subjects, storage: 'file', discard: 'new' })
  await connection.close()
}
