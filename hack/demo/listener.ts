import { setTimeout as delay } from 'node:timers/promises'
import {
  DeliverPolicy,
  JetStreamApiError,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Held } from './verdict.ts'

/** A consumer of the stream that shares nothing with the service. */
export interface Listener {
  /** Waits until so many have come in all, or the time is up; those that are new since last time. */
  heard(count: number, limitMs: number): Promise<Held[]>
  stop(): Promise<void>
}

const retryMs = 100
const noSuchStream = 10059

function heldOf(message: Pick<JsMsg, 'seq' | 'subject' | 'json'>): Held {
  return { sequence: message.seq, subject: message.subject, event: message.json() }
}

/**
 * Follows a stream from its first message on, by an ordered consumer: another one after each time
 * the server was away, from the message after the last one that came.
 */
export function listen(url: string, stream: string): Listener {
  const messages: Held[] = []
  let told = 0
  let connection: NatsConnection | undefined
  let stopped = false

  async function follow(): Promise<void> {
    connection = await connect({ servers: url, reconnect: false, name: 'demo-listener' })
    const from = {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: (messages.at(-1)?.sequence ?? 0) + 1,
    }
    const consumer = await jetstream(connection).consumers.get(stream, from)
    const coming = await consumer.consume()
    void connection.closed().then(() => coming.stop())
    for await (const message of coming) messages.push(heldOf(message))
  }

  const following = (async () => {
    while (!stopped) {
      // No server, or no stream in it as yet.
      await follow().catch(() => {})
      await connection?.close()
      if (!stopped) await delay(retryMs)
    }
  })()

  return {
    async heard(wanted, limitMs) {
      const deadline = performance.now() + limitMs
      while (messages.length < wanted && performance.now() < deadline) await delay(10)
      const fresh = messages.slice(told)
      told = messages.length
      return fresh
    },
    async stop() {
      stopped = true
      await connection?.close()
      await following
    },
  }
}

/** All that the stream holds now, read one by one by sequence; nothing when there is no stream. */
export async function readStream(url: string, stream: string): Promise<Held[]> {
  const connection = await connect({ servers: url, name: 'demo-auditor' })
  try {
    const manager = await jetstreamManager(connection)
    const held: Held[] = []
    const info = await manager.streams.info(stream).catch((error: Error) => {
      if (error instanceof JetStreamApiError && error.code === noSuchStream) return undefined
      throw error
    })
    if (!info) return held
    const { state } = info
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage(stream, { seq })
      if (message) held.push(heldOf(message))
    }
    return held
  } finally {
    await connection.close()
  }
}
