import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiError,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { ThreeTailsEvent } from '../../server/domain/milestone.ts'

/** Name of the durable consumer that remembers what `listen` has acknowledged. */
const durable = 'coinflip-listen'
/** Missed heartbeats reveal a stream that was deleted between two requests. */
const pulling = { expires: 5_000, idle_heartbeat: 1_000 }

/** The stream of the notifications. */
export interface Stream {
  stream: string
  prefix: string
  /** The JetStream domain of the stream, if it is not the server's own. */
  domain?: string | undefined
}

/** Formats a notification as a line. */
export function formatNotification(
  message: Pick<JsMsg, 'subject' | 'seq' | 'json' | 'data'>,
): string {
  try {
    const { time, data } = message.json<ThreeTailsEvent>()
    const { namespace, name, flip, ordinal } = data
    return `${time}  ${namespace}/${name}  three tails in a row at flip ${flip} (milestone ${ordinal})`
  } catch {
    return `message ${message.seq} on ${message.subject} is no CloudEvent of a CoinFlip`
  }
}

/** Whether an error of the broker means that the stream does not exist. */
export function isStreamMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === 10059
}

/** Callbacks for the stream, once it is found, and each notification. */
export interface Listener {
  found(): void
  print(line: string): void
}

/** Prints and acknowledges each notification, until the connection or the stream is closed. */
export async function printNotifications(
  connection: NatsConnection,
  { stream, prefix, domain }: Stream,
  listener: Listener,
): Promise<void> {
  const options = domain === undefined ? {} : { domain }
  const manager = await jetstreamManager(connection, options)
  await manager.consumers.add(stream, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    filter_subject: `${prefix}.>`,
  })
  const consumer = await jetstream(connection, options).consumers.get(stream, durable)
  const messages = await consumer.consume({ ...pulling, abort_on_missing_resource: true })
  void connection.closed().then(() => messages.stop())
  listener.found()
  for await (const message of messages) {
    listener.print(formatNotification(message))
    message.ack()
  }
}
