import { setTimeout as delay } from 'node:timers/promises'
import { DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'

/** A message as it lies in the stream; an event that is not JSON is its text. */
export interface StreamMessage {
  sequence: number
  subject: string
  event: unknown
}

/** Hears what happens to the broker and its stream. */
export interface StreamListener {
  message(message: StreamMessage): void
  /** Whether the broker can be reached; told at each change. */
  reachable(is: boolean): void
}

const retryMs = 150
const connectLimitMs = 2_000

function messageOf(message: JsMsg): StreamMessage {
  const { seq: sequence, subject } = message
  try {
    return { sequence, subject, event: message.json() }
  } catch {
    return { sequence, subject, event: message.string() }
  }
}

/**
 * Follows a stream from its first message on by a consumer that shares nothing with the service,
 * through every absence of the broker; the stream may not be there yet. Returns what ends it.
 */
export function watchStream(
  url: string,
  stream: string,
  listener: StreamListener,
): () => Promise<void> {
  let connection: NatsConnection | undefined
  let next = 1
  let stopped = false

  async function consume(connection: NatsConnection): Promise<void> {
    const consumer = await jetstream(connection).consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: next,
    })
    const coming = await consumer.consume({ abort_on_missing_resource: true })
    void connection.closed().then(() => coming.stop())
    for await (const message of coming) {
      next = message.seq + 1
      listener.message(messageOf(message))
    }
  }

  async function stay(connection: NatsConnection): Promise<void> {
    while (!connection.isClosed()) {
      // The service creates the stream when it needs it.
      await consume(connection).catch(() => {})
      if (!connection.isClosed()) await delay(retryMs)
    }
  }

  const following = (async () => {
    while (!stopped) {
      const options = { servers: url, reconnect: false, timeout: connectLimitMs }
      connection = await connect({ ...options, name: 'playground' }).catch(() => undefined)
      if (connection && !stopped) {
        listener.reachable(true)
        await stay(connection)
        if (!stopped) listener.reachable(false)
      }
      await connection?.close()
      if (!stopped) await delay(retryMs)
    }
  })()

  return async () => {
    stopped = true
    await connection?.close()
    await following
  }
}
