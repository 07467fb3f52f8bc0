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
import type { StreamSettings } from '../../server/nats/stream.ts'

/** Name of the durable consumer that remembers what `listen` has acknowledged. */
const durable = 'coinflip-listen'
/** Missed heartbeats reveal a stream that was deleted between two requests. */
const pulling = { expires: 5_000, idle_heartbeat: 1_000 }

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

/**
 * Prints and acknowledges each notification, until the connection or the stream is closed; calls
 * `found` once the stream is.
 */
export async function printNotifications(
  connection: NatsConnection,
  { name, subjectPrefix, domain }: Pick<StreamSettings, 'name' | 'subjectPrefix' | 'domain'>,
  listener: { found(): void; print(line: string): void },
): Promise<void> {
  const options = domain === undefined ? {} : { domain }
  const manager = await jetstreamManager(connection, options)
  await manager.consumers.add(name, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    filter_subject: `${subjectPrefix}.>`,
  })
  const consumer = await jetstream(connection, options).consumers.get(name, durable)
  const messages = await consumer.consume({ ...pulling, abort_on_missing_resource: true })
  void connection.closed().then(() => messages.stop())
  listener.found()
  for await (const message of messages) {
    listener.print(formatNotification(message))
    message.ack()
  }
}
