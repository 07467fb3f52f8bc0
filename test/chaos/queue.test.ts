import t from 'tap'
import { countRetries, startQueue, usualPace } from './played/queue.ts'

t.test('retries wait as those of Metacontroller do', async (t) => {
  let nowMs = 0
  const retries = countRetries(usualPace, () => nowMs)
  t.same(
    [1, 2, 3].map(() => retries.failed('a')),
    [5, 10, 20],
    'one key backs off by doubling',
  )
  retries.succeeded('a')
  t.equal(retries.failed('a'), 5, 'and starts anew after a success')

  for (let i = 4; i < 1_000; i++) retries.failed(`key ${i}`)
  t.equal(retries.failed('late'), 90_100, '1,000 failures later another one waits for 90 s')
  nowMs += 100_000
  t.equal(retries.failed('later'), 5, 'and no longer once the bucket has filled again')
})

t.test(
  'a queue works on each key once at a time, and again if it was added meanwhile',
  async (t) => {
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
  },
)
