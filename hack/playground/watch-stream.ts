import { setTimeout as delay } from 'node:timers/promises'
import { DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

/** A message of the stream; `event` is text where it is not JSON. */
export interface StreamMessage {
  sequence: number
  subject: string
  event: unknown
}

const retryMs = 150
/** Missed heartbeats reveal a request that the server does not serve. */
const pulling = { expires: 5_000, idle_heartbeat: 1_000 }

function messageOf(message: JsMsg): StreamMessage {
  const { seq: sequence, subject } = message
  try {
    return { sequence, subject, event: message.json() }
  } catch {
    return { sequence, subject, event: message.string() }
  }
}

/**
 * Follows a stream from its first message on, by a consumer that shares nothing with the service, and
 * across outages. The stream need not exist yet. Returns a function that stops it.
 */
export async function watchStream(
  url: string,
  stream: string,
  listener: {
    message(message: StreamMessage): void
    /** Called when the broker becomes reachable or unreachable. */
    reachable(is: boolean): void
  },
): Promise<() => Promise<void>> {
  const endless = { maxReconnectAttempts: -1, reconnectTimeWait: retryMs, reconnectJitter: 0 }
  const connection = await connect({ servers: url, name: 'coinflip-watcher', ...endless })
  let next = 1
  let stop = () => {}

  async function consume(): Promise<void> {
    const from = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: next }
    const consumer = await jetstream(connection).consumers.get(stream, from)
    const messages = await consumer.consume({ ...pulling, abort_on_missing_resource: true })
    stop = () => messages.stop()
    for await (const message of messages) {
      next = message.seq + 1
      listener.message(messageOf(message))
    }
  }
  const consuming = (async () => {
    while (!connection.isClosed()) {
      // Fails until the service has created the stream.
      await consume().catch(() => {})
      if (!connection.isClosed()) await delay(retryMs)
    }
  })()
  const watching = (async () => {
    listener.reachable(true)
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'reconnect') listener.reachable(type === 'reconnect')
      // The consumer is gone with the server.
      if (type === 'disconnect') stop()
    }
  })()
  return async () => {
    await connection.close()
    await Promise.all([consuming, watching])
  }
}
