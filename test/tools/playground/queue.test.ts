import t from 'tap'
import { backOffMs, createQueue, type Next } from '../../../hack/playground/page/queue.js'
import { fakeTimers, settled } from './clock.ts'

/** A queue whose calls are answered by hand. */
function harness() {
  const { timers, pass } = fakeTimers()
  const calls: { key: string; atMs: number; answer: (next: Next) => Promise<void> }[] = []
  const start = timers.nowMs()
  const work = (key: string) =>
    new Promise<Next>((resolve) => {
      const answer = (next: Next) => {
        resolve(next)
        return settled()
      }
      calls.push({ key, atMs: timers.nowMs() - start, answer })
    })
  const queue = createQueue(work, () => {}, timers)
  const answer = (next: Next) => calls.at(-1)?.answer(next)
  return { queue, calls, answer, pass }
}

t.test('runs one call at a time for a key, and another after a change meanwhile', async (t) => {
  const { queue, calls, answer } = harness()
  queue.add('a')
  for (let times = 0; times < 3; times++) queue.add('a')
  queue.add('b')
  t.same(
    calls.map(({ key }) => key),
    ['a', 'b'],
  )
  await calls[0]?.answer({ kind: 'done' })
  t.same(
    calls.map(({ key }) => key),
    ['a', 'b', 'a'],
    'three changes are one more call',
  )
  await answer({ kind: 'done' })
  t.equal(calls.length, 3)
})

t.test('calls again after resyncAfterSeconds', async (t) => {
  for (const kind of ['asked', 'busy'] as const) {
    const { queue, calls, answer, pass } = harness()
    queue.add('a')
    await answer({ kind, seconds: 1.5 })
    t.match(queue.stateOf('a'), { calling: false, wait: { why: kind, failures: 0 } })
    await pass(1_499)
    t.equal(calls.length, 1)
    await pass(1)
    t.equal(calls.length, 2, kind)
    t.equal(queue.stateOf('a').wait, undefined)
  }
})

t.test('retries failures with back-off, which a success resets', async (t) => {
  const { queue, calls, answer, pass } = harness()
  queue.add('a')
  for (let times = 0; times < 4; times++) {
    await answer({ kind: 'failed' })
    await pass(10_000)
  }
  t.same(
    calls.map(({ atMs }) => atMs),
    [0, 5, 10_010, 20_020, 30_040],
  )
  t.equal(queue.stateOf('a').wait, undefined)
  await answer({ kind: 'done' })
  await pass(60_000)
  t.equal(calls.length, 5)
  queue.add('a')
  await answer({ kind: 'failed' })
  t.match(queue.stateOf('a').wait, { why: 'failed', failures: 1 })
  t.same([1, 2, 3, 12, 50].map(backOffMs), [5, 10, 20, 10_000, 10_000])
})

t.test('calls at once for a change, in place of a pending retry', async (t) => {
  const { queue, calls, answer, pass } = harness()
  queue.add('a')
  await answer({ kind: 'asked', seconds: 30 })
  queue.add('a')
  t.equal(calls.length, 2)
  await answer({ kind: 'done' })
  await pass(60_000)
  t.equal(calls.length, 2)
})

t.test('does not call for a removed key', async (t) => {
  const { queue, calls, answer, pass } = harness()
  queue.add('a')
  await answer({ kind: 'asked', seconds: 1 })
  queue.forget('a')
  await pass(5_000)
  t.equal(calls.length, 1)
  queue.add('b')
  queue.add('b')
  queue.forget('b')
  await answer({ kind: 'failed' })
  await pass(5_000)
  t.equal(calls.length, 2, 'nor after the call during which it was forgotten')
})
