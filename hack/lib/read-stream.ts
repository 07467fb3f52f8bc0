import { setTimeout as delay } from 'node:timers/promises'
import { JetStreamApiError, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, errors } from '@nats-io/transport-node'
import type { StoredMessage } from './oracle.ts'

const noSuchStream = 10059
const noLeader = 10008
const electionLimitMs = 30_000

/** Repeats a request while the stream has no leader, as during an election. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + electionLimitMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isLeaderless =
        error instanceof errors.TimeoutError ||
        (error instanceof JetStreamApiError && error.code === noLeader)
      if (!isLeaderless || performance.now() > deadline) throw error
      await delay(100)
    }
  }
}

/** Every message in a stream, read one by one by sequence; none when there is no stream. */
export async function readStored(
  manager: JetStreamManager,
  stream: string,
): Promise<StoredMessage[]> {
  const stored: StoredMessage[] = []
  const info = await untilAnswered(() => manager.streams.info(stream)).catch((error: Error) => {
    if (error instanceof JetStreamApiError && error.code === noSuchStream) return undefined
    throw error
  })
  if (!info) return stored
  const { state } = info
  // The first sequence of an empty stream is 0, for which the server has an error.
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await untilAnswered(() => manager.streams.getMessage(stream, { seq }))
    if (message) stored.push({ sequence: seq, subject: message.subject, event: message.json() })
  }
  return stored
}

/** The same over a connection of its own. */
export async function readStream(url: string, stream: string): Promise<StoredMessage[]> {
  const connection = await connect({ servers: url, name: 'coinflip-auditor' })
  try {
    return await readStored(await jetstreamManager(connection), stream)
  } finally {
    await connection.close()
  }
}
