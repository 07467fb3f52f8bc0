import { type JsMsg, jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { UserError } from '../../hack/lib/user-error.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import { isHealthy } from '../../test/lib/health.ts'
import { watch } from '../../test/lib/plane/watch.ts'
import type { Cluster } from './environment.ts'

/** Moments by the name of an object. */
type Moments = Map<string, number>

/** Records when objects get their correct status, and when the stream stores their messages. */
export type Watcher = Awaited<ReturnType<typeof openWatcher>>

/** When the stream stored it, however late this busy process reads it. */
const storedAt = ({ timestampNanos }: JsMsg) =>
  Number(timestampNanos) / 1e6 - performance.timeOrigin

export async function openWatcher({ coinFlips, natsUrl }: Cluster) {
  const statuses = new Map<number, Moments>()
  const messages = new Map<number, Moments>()
  function record(moments: Map<number, Moments>, key: number, name: string, at: number): void {
    const known = moments.get(key) ?? new Map()
    moments.set(key, known)
    if (!known.has(name)) known.set(name, at)
  }
  const unwatch = watch(coinFlips, (object) => {
    if (isHealthy(object)) record(statuses, object.letters.length, object.name, performance.now())
  })
  const connection = await connect({ servers: natsUrl })
  const consumer = await jetstream(connection).consumers.get('COINFLIPS')
  const read = await consumer.consume({
    callback(message) {
      const { name, flip } = message.json<{ data: { name: string; flip: number } }>().data
      record(messages, flip, name, storedAt(message))
    },
  })
  /** When the status was correct for so many flips. */
  const statusAt = (flips: number): Moments => statuses.get(flips) ?? new Map()
  /** When the stream stored the message of that flip. */
  const messageAt = (flip: number): Moments => messages.get(flip) ?? new Map()
  return {
    statusAt,
    messageAt,
    /** Waits for `count` statuses for so many flips, and messages for that flip. */
    async complete(flips: number, flip: number, count: number, timeoutMs: number): Promise<void> {
      const counts = () => [statusAt(flips).size, messageAt(flip).size]
      const isComplete = () => counts().every((seen) => seen >= count)
      if (!(await poll(isComplete, { timeoutMs, intervalMs: 10 })))
        throw new UserError(`only ${counts().join(' statuses and ')} messages of ${count}`)
    },
    async stop() {
      unwatch()
      read.stop()
      await connection.close()
    },
  }
}
