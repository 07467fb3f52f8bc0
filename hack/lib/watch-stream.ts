import { setTimeout as delay } from 'node:timers/promises'
import { DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'

/** A message of the stream; `event` is text where it is not JSON. */
export interface StreamMessage {
  sequence: number
  subject: string
  event: unknown
}

/** Callbacks for changes of the broker and its stream. */
export interface StreamListener {
  message(message: StreamMessage): void
  /** Called when the broker becomes reachable or unreachable. */
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
 * Follows a stream from its first message on, by a consumer that shares nothing with the service and
 * connects again after each outage. The stream need not exist yet. Returns a function that stops it.
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
    const incoming = await consumer.consume({ abort_on_missing_resource: true })
    void connection.closed().then(() => incoming.stop())
    for await (const message of incoming) {
      next = message.seq + 1
      listener.message(messageOf(message))
    }
  }

  async function consumeUntilClosed(connection: NatsConnection): Promise<void> {
    while (!connection.isClosed()) {
      // Fails until the service has created the stream.
      await consume(connection).catch(() => {})
      if (!connection.isClosed()) await delay(retryMs)
    }
  }

  const following = (async () => {
    while (!stopped) {
      const options = { servers: url, reconnect: false, timeout: connectLimitMs }
      connection = await connect({ ...options, name: 'coinflip-watcher' }).catch(() => undefined)
      if (connection && !stopped) {
        listener.reachable(true)
        await consumeUntilClosed(connection)
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
