import t from 'tap'
import { createRetries, startQueue, usualPace } from './simulated/queue.ts'

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

t.test('works on a key once at a time, and again if it was added meanwhile', async (t) => {
  const work: { key: string; done: () => void }[] = []
  const queue = startQueue(2, (key) => new Promise((done) => work.push({ key, done })))
  const keys = () => work.map(({ key }) => key)
  for (const key of ['a', 'a', 'b', 'c']) queue.add(key)
  t.same(keys(), ['a', 'b'], 'two workers take two keys')
  queue.add('a')
  t.same(keys(), ['a', 'b'], 'a key that is worked on waits')
  work[0]?.done()
  await new Promise(setImmediate)
  t.same(keys(), ['a', 'b', 'c'], 'in its turn')
  work[1]?.done()
  await new Promise(setImmediate)
  t.same(keys(), ['a', 'b', 'c', 'a'])
  queue.stop()
})
