import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { StoredMessage } from '../lib/oracle.ts'
import { poll } from '../lib/wait-for.ts'
import { watchStream } from '../lib/watch-stream.ts'

/** A consumer of the stream that shares nothing with the service. */
export interface Listener {
  /** Waits until so many have arrived in all, or the time is up; returns those not returned yet. */
  receive(count: number, timeoutMs: number): Promise<StoredMessage[]>
  stop(): Promise<void>
}

const noSuchStream = 10059

/** Follows a stream from its first message on, across restarts of the broker. */
export function listen(url: string, stream: string): Listener {
  const messages: StoredMessage[] = []
  let returned = 0
  const stop = watchStream(url, stream, {
    message: (message) => void messages.push(message as StoredMessage),
    reachable() {},
  })
  return {
    async receive(count, timeoutMs) {
      await poll(() => messages.length >= count, { timeoutMs, intervalMs: 10 })
      const fresh = messages.slice(returned)
      returned = messages.length
      return fresh
    },
    stop,
  }
}

/** Every message in the stream, read one by one by sequence; none when there is no stream. */
export async function readStream(url: string, stream: string): Promise<StoredMessage[]> {
  const connection = await connect({ servers: url, name: 'demo-auditor' })
  try {
    const manager = await jetstreamManager(connection)
    const stored: StoredMessage[] = []
    const info = await manager.streams.info(stream).catch((error: Error) => {
      if (error instanceof JetStreamApiError && error.code === noSuchStream) return undefined
      throw error
    })
    if (!info) return stored
    const { state } = info
    // The first sequence of an empty stream is 0, for which the server has an error.
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage(stream, { seq })
      if (message) stored.push({ sequence: seq, subject: message.subject, event: message.json() })
    }
    return stored
  } finally {
    await connection.close()
  }
}
