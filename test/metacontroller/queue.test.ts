import t from 'tap'
import {
  createRetries,
  type Next,
  type Pace,
  startQueue,
  usualPace,
} from '../../server/metacontroller/testing/queue.ts'
import { createClock } from '../../server/metacontroller/testing/timers.ts'

t.test('delays retries as Metacontroller does', async (t) => {
  let nowMs = 0
  const retries = createRetries(usualPace, () => nowMs)
  t.same(
    [1, 2, 3].map(() => retries.failed('a')),
    [5, 10, 20],
    'one key backs off by doubling',
  )
  retries.succeeded('a')
  t.equal(retries.failed('a'), 5, 'and starts again after a success')

  for (let i = 4; i < 1_000; i++) retries.failed(`key ${i}`)
  t.equal(retries.failed('late'), 90_100, 'after 1,000 failures another key waits for 90 s')
  nowMs += 100_000
  t.equal(retries.failed('later'), 5, 'and no longer when the bucket is full again')
})

const settled = () => new Promise(setImmediate)

/** A queue whose work is ended by hand, and a clock that stands still. */
function harness(pace: Partial<Pace> = {}) {
  const clock = createClock(0)
  const work: { key: string; atMs: number; end: (next: Next) => Promise<unknown> }[] = []
  const queue = startQueue(
    (key) =>
      new Promise((resolve) => {
        const end = (next: Next) => {
          resolve(next)
          return settled()
        }
        work.push({ key, atMs: clock.nowMs(), end })
      }),
    { pace: { ...usualPace, ...pace }, timers: clock },
  )
  const keys = () => work.map(({ key }) => key)
  const end = (next: Next) => work.at(-1)?.end(next)
  return { queue, work, keys, end, clock }
}
const done: Next = { kind: 'done' }

t.test('works on a key once at a time, and again if it was added meanwhile', async (t) => {
  const { queue, work, keys } = harness({ workers: 2 })
  for (const key of ['a', 'a', 'b', 'c']) queue.add(key)
  t.same(keys(), ['a', 'b'], 'two workers take two keys')
  queue.add('a')
  t.same(keys(), ['a', 'b'], 'a key that is worked on waits')
  await work[0]?.end(done)
  t.same(keys(), ['a', 'b', 'c'], 'in its turn')
  t.equal(queue.isIdle, false)
  await work[1]?.end(done)
  t.same(keys(), ['a', 'b', 'c', 'a'])
  await work[2]?.end(done)
  await work[3]?.end(done)
  t.equal(queue.isIdle, true)
})

t.test('works on a key again after resyncAfterSeconds or Retry-After', async (t) => {
  for (const kind of ['asked', 'busy'] as const) {
    const { queue, keys, end, clock } = harness()
    queue.add('a')
    await end({ kind, afterMs: 1_500 })
    t.match(queue.stateOf('a'), { isRunning: false, wait: { why: kind, atMs: 1_500, failures: 0 } })
    t.equal(clock.step(1_499), false)
    t.equal(clock.step(1_500), true)
    t.same(keys(), ['a', 'a'], kind)
    t.equal(queue.stateOf('a').wait, undefined)
  }
})

t.test('a change does not cancel a pending resync, and of two the earlier counts', async (t) => {
  const { queue, keys, end, clock } = harness()
  queue.add('a')
  await end({ kind: 'asked', afterMs: 30_000 })
  queue.add('a')
  await end({ kind: 'asked', afterMs: 60_000 })
  t.same(keys(), ['a', 'a'])
  t.equal(clock.step(60_000), true)
  await end(done)
  t.equal(clock.nowMs(), 30_000)
  t.equal(clock.step(60_000), false)
  t.same(keys(), ['a', 'a', 'a'])
})

t.test('retries with a back-off, which a success resets and a 429 does not', async (t) => {
  const { queue, work, end, clock } = harness({ longestMs: 15 })
  queue.add('a')
  for (const next of ['failed', 'failed', 'failed', 'failed'] as const) {
    await end({ kind: next })
    clock.step(1_000)
  }
  t.same(
    work.map(({ atMs }) => atMs),
    [0, 5, 15, 30, 45],
    'up to the longest',
  )
  await end({ kind: 'busy', afterMs: 0 })
  clock.step(1_000)
  await end({ kind: 'failed' })
  t.equal(queue.stateOf('a').wait?.failures, 5)
  clock.step(1_000)
  await end(done)
  queue.add('a')
  await end({ kind: 'failed' })
  t.equal(queue.stateOf('a').wait?.failures, 1)
})

t.test('stops with the work that is under way', async (t) => {
  const { queue, keys, end, clock } = harness({ workers: 1 })
  queue.add('a')
  queue.add('b')
  queue.stop()
  await end({ kind: 'failed' })
  t.equal(clock.step(60_000), false)
  t.same(keys(), ['a'])
})
