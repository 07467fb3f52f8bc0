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

/** What `listen` has acknowledged is remembered under this name, by the broker. */
const durable = 'coinflip-listen'
const fetchLimitMs = 5_000
/** Two heartbeats missed tell of a stream that went away between two requests. */
const pulling = { expires: 5_000, idle_heartbeat: 1_000 }

/** Where notifications are kept. */
export interface Stream {
  stream: string
  prefix: string
  /** The JetStream domain that has the stream, where that is not the server's own. */
  domain?: string | undefined
}

/** A notification in a line. */
export function lineOf(message: Pick<JsMsg, 'subject' | 'seq' | 'json' | 'data'>): string {
  try {
    const { time, data } = message.json<ThreeTailsEvent>()
    const { namespace, name, flip, ordinal } = data
    return `${time}  ${namespace}/${name}  three tails in a row at flip ${flip} (milestone ${ordinal})`
  } catch {
    return `message ${message.seq} on ${message.subject} is no CloudEvent of a CoinFlip`
  }
}

/** Whether an error of the broker says that there is no such stream. */
export function isStreamMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === 10059
}

/** Hears when the stream is found, and then each notification. */
export interface Listener {
  found(): void
  print(line: string): void
}

/** Prints each notification once and acknowledges it, until the connection or the stream is gone. */
export async function follow(
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
    listener.print(lineOf(message))
    message.ack()
  }
}

/** Prints the notifications of some objects, as many as there should be, and acknowledges none. */
export async function show(
  connection: NatsConnection,
  { stream, prefix }: Stream,
  objects: readonly { namespace: string; uid: string }[],
  count: number,
  print: (line: string) => void,
): Promise<void> {
  if (count === 0) return
  const subjects = objects.map(({ namespace, uid }) => `${prefix}.${namespace}.${uid}.>`)
  const consumer = await jetstream(connection).consumers.get(stream, { filter_subjects: subjects })
  for await (const message of await consumer.fetch({ max_messages: count, expires: fetchLimitMs }))
    print(lineOf(message))
}
