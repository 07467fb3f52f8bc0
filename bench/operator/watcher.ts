import { setTimeout as delay } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { UserError } from '../../hack/lib/user-error.ts'
import type { CoinFlip, CoinFlipStatus } from '../../server/domain/coinflip.ts'
import type { CoinFlips } from '../../test/lib/plane/coinflips.ts'

/** Records when objects get their correct status, and when the stream stores their messages. */
export interface Watcher {
  /** By name: when the status was correct for so many flips. */
  statusAt(flips: number): ReadonlyMap<string, number>
  /** By name: when the message of that flip came from the stream. */
  messageAt(flip: number): ReadonlyMap<string, number>
  /** Waits for `count` statuses and messages for that flip. */
  complete(flips: number, flip: number, count: number, limitMs: number): Promise<void>
  stop(): Promise<void>
}

const isCorrect = (status: CoinFlipStatus, generation: number) =>
  status.observedGeneration === generation &&
  status.notifications === status.milestones &&
  status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')

function record(moments: Map<number, Map<string, number>>, key: number, name: string): void {
  const known = moments.get(key) ?? new Map<string, number>()
  moments.set(key, known)
  if (!known.has(name)) known.set(name, performance.now())
}

const retryMs = 100

export async function openWatcher(coinFlips: CoinFlips, natsUrl: string): Promise<Watcher> {
  const statuses = new Map<number, Map<string, number>>()
  const messages = new Map<number, Map<string, number>>()
  let wake = () => {}
  let stopped = false
  function observe(object: CoinFlip): void {
    const status = object.status as CoinFlipStatus | undefined
    const { name, generation = 0 } = object.metadata
    if (!status || status.flips !== object.spec.flips.length) return
    if (!isCorrect(status, generation)) return
    record(statuses, status.flips, name)
    wake()
  }
  /** Lists before each watch, since objects may change between two watches. */
  async function watchObjects(): Promise<void> {
    while (!stopped) {
      const { code, body } = await coinFlips.send('GET', '')
      if (code === 200) {
        for (const object of body.items) observe(object)
        await coinFlips.follow(body.metadata.resourceVersion, ({ type, object }) => {
          if (type === 'ADDED' || type === 'MODIFIED') observe(object)
        })
      }
      if (!stopped) await delay(retryMs)
    }
  }
  void watchObjects()

  const connection = await connect({ servers: natsUrl })
  const consumer = await jetstream(connection).consumers.get('COINFLIPS')
  const read = await consumer.consume({
    callback(message) {
      const { name, flip } = message.json<{ data: { name: string; flip: number } }>().data
      record(messages, flip, name)
      wake()
    },
  })

  return {
    statusAt: (flips) => statuses.get(flips) ?? new Map(),
    messageAt: (flip) => messages.get(flip) ?? new Map(),
    async complete(flips, flip, count, limitMs) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const counts = () => [statuses.get(flips)?.size ?? 0, messages.get(flip)?.size ?? 0]
      const late = () =>
        reject(new UserError(`only ${counts().join(' statuses and ')} messages of ${count}`))
      const timer = setTimeout(late, limitMs)
      wake = () => {
        if (counts().every((seen) => seen >= count)) resolve()
      }
      wake()
      try {
        await promise
      } finally {
        clearTimeout(timer)
        wake = () => {}
      }
    },
    async stop() {
      stopped = true
      read.stop()
      await connection.close()
    },
  }
}
