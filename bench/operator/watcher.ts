import { setTimeout as delay } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { UserError } from '../../hack/lib/user-error.ts'
import type { CoinFlip, CoinFlipStatus } from '../../server/domain/coinflip.ts'
import type { CoinFlips } from '../../test/lib/plane/coinflips.ts'

/** Notes when objects have the status that they ought to have, and when messages are stored. */
export interface Watcher {
  /** By name: the moment at which the status was right for so many flips. */
  statusAt(flips: number): ReadonlyMap<string, number>
  /** By name: the moment at which the message of that flip was read from the stream. */
  messageAt(flip: number): ReadonlyMap<string, number>
  /** Resolves when `count` statuses and messages for that flip have been seen. */
  complete(flips: number, flip: number, count: number, limitMs: number): Promise<void>
  stop(): Promise<void>
}

const isRight = (status: CoinFlipStatus, generation: number) =>
  status.observedGeneration === generation &&
  status.notifications === status.milestones &&
  status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')

function noteIn(moments: Map<number, Map<string, number>>, key: number, name: string): void {
  const known = moments.get(key) ?? new Map<string, number>()
  moments.set(key, known)
  if (!known.has(name)) known.set(name, performance.now())
}

const againMs = 100

export async function openWatcher(coinFlips: CoinFlips, natsUrl: string): Promise<Watcher> {
  const statuses = new Map<number, Map<string, number>>()
  const messages = new Map<number, Map<string, number>>()
  let wake = () => {}
  let stopped = false
  function see(object: CoinFlip): void {
    const status = object.status as CoinFlipStatus | undefined
    const { name, generation = 0 } = object.metadata
    if (!status || status.flips !== object.spec.flips.length) return
    if (!isRight(status, generation)) return
    noteIn(statuses, status.flips, name)
    wake()
  }
  /** A watch ends sooner or later; what changed until the next is seen in a list. */
  async function follow(): Promise<void> {
    while (!stopped) {
      const { code, body } = await coinFlips.send('GET', '')
      if (code === 200) {
        for (const object of body.items) see(object)
        await coinFlips.follow(body.metadata.resourceVersion, ({ type, object }) => {
          if (type === 'ADDED' || type === 'MODIFIED') see(object)
        })
      }
      if (!stopped) await delay(againMs)
    }
  }
  void follow()

  const connection = await connect({ servers: natsUrl })
  const consumer = await jetstream(connection).consumers.get('COINFLIPS')
  const read = await consumer.consume({
    callback(message) {
      const { name, flip } = message.json<{ data: { name: string; flip: number } }>().data
      noteIn(messages, flip, name)
      wake()
    },
  })

  return {
    statusAt: (flips) => statuses.get(flips) ?? new Map(),
    messageAt: (flip) => messages.get(flip) ?? new Map(),
    async complete(flips, flip, count, limitMs) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const counts = () => [statuses.get(flips)?.size ?? 0, messages.get(flip)?.size ?? 0]
      const late = () => reject(new UserError(`bench: of ${count}: statuses, messages ${counts()}`))
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
