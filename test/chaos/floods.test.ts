import t from 'tap'
import { readDeployment } from '../lib/deployment.ts'
import { attacks, type Kind } from '../lib/hostile/attacks.ts'
import { checkLoopback } from '../lib/hostile/caller.ts'
import * as frames from '../lib/hostile/frames.ts'
import { checksOf, type Observed } from '../lib/hostile/judge.ts'
import { createRandom } from '../lib/random.ts'
import { missed } from '../lib/report.ts'
import { floodFaults, planFloods, separateHostile } from './floods.ts'

const deployed = readDeployment()
const served = (answered: number) => ({ calls: 100, answered, p50Ms: 2, p99Ms: 9, others: {} })
const kept: Observed = {
  seconds: 10,
  sent: { requests: 1 },
  neighbours: { 'HTTP/2': served(90), TLS: served(100) },
  kills: 0,
  highestMb: 511,
  slowest: { livez: 100, readyz: 100 },
  recoveredAfterMs: 20,
  logBytes: 200_000,
  stop: { cause: 'exit code 0', ms: 5_000 },
}

t.test('reports each limit that was broken in an attack', async (t) => {
  const columns = checksOf(kept, deployed).map(({ what }) => what)
  for (const [name, parts, expected] of [
    ['all limits are kept', {}, []],
    ['nothing was sent', { sent: { requests: 0 } }, [/^sent: 0 requests/]],
    ['there was too much memory', { highestMb: 512 }, [/^highest memory: 512 MB, .*below 512 MB/]],
    ['the kernel ended it', { kills: 1 }, [/the kernel/]],
    [
      'the worst result of the other callers counts',
      { neighbours: { a: served(100), b: { ...served(89), others: { 429: 11 } } } },
      [/89 % over b: 89 x 200, 11 x 429/],
    ],
    ['no call was made', { neighbours: { a: { ...served(0), calls: 0 } } }, [/calls: 0 %/]],
    ['/livez was late', { slowest: { livez: 5_001, readyz: 0 } }, [/readyz: 5001 ms, 0 ms/]],
    ['/readyz failed', { slowest: { livez: 0, readyz: Infinity } }, [/readyz: 0 ms, none/]],
    ['it stayed busy', { recoveredAfterMs: undefined }, [/after: no, should be: 5.0 s/]],
    ['it logged too much', { logBytes: 210_000 }, [/^log: 210 KB, should be: 20 KB a second/]],
    ['it ended late', { stop: { cause: 'exit code 0', ms: 5_100 } }, [/SIGTERM: 5.1 s/]],
    ['it ended with an error', { stop: { cause: 'exit code 1', ms: 1 } }, [/0.0 s, exit code 1/]],
    [
      'only the end is reported of a service that ended',
      { ended: 'SIGABRT', recoveredAfterMs: undefined, stop: { cause: 'SIGABRT', ms: 0 } },
      [/SIGTERM: SIGABRT/],
    ],
  ] as const) {
    const checks = checksOf({ ...kept, ...parts }, deployed)
    const faults = missed(checks)
    t.equal(faults.length, expected.length, `${name}: ${faults}`)
    for (const [i, pattern] of expected.entries()) t.match(faults[i], pattern, name)
    t.same(
      checks.map(({ what }) => what),
      columns,
      'every attack has the same columns',
    )
  }
})

t.test('refuses targets that are not on loopback', async (t) => {
  for (const url of ['http://127.0.0.1:1', 'https://localhost:1', 'http://[::1]:1'])
    t.doesNotThrow(() => checkLoopback(url), url)
  for (const url of ['http://10.0.0.1:1', 'https://127.0.0.1.example.com', 'http://example.com'])
    t.throws(() => checkLoopback(url), url)
})

t.test('encodes frames as RFC 9113 says', async (t) => {
  t.equal(frames.settings(0).toString('hex'), '000006040000000000000400000000')
  t.equal(frames.reset(3).toString('hex'), '00000403000000000300000008')
  t.equal(frames.windowUpdate(1, 0).toString('hex'), '00000408000000000100000000')
  const block = frames.fields({ a: 'bc' })
  t.equal(block.toString('hex'), '000161026263')
  t.equal(frames.open(1, block).subarray(0, 9).toString('hex'), '000006010500000001')
})

t.test('covers each protocol in the short form', async (t) => {
  const kinds: Kind[] = Object.values(attacks)
  for (const { over, short = [] } of kinds) t.ok(short.every((protocol) => over.includes(protocol)))
  const protocols = new Set(kinds.flatMap(({ short = [] }) => short))
  t.same([...protocols].sort(), ['HTTP/1.1', 'HTTP/2', 'TLS'])
})

t.test('plans the floods of a chaos run from its seed, and judges them', async (t) => {
  const plan = (seed: number) => planFloods(createRandom(seed, 'floods'), 10_000)
  t.same(plan(1), plan(1), 'the same plan for the same seed')
  t.not(JSON.stringify(plan(1)), JSON.stringify(plan(2)), 'another plan for another seed')
  for (const [i, { atMs, durationMs }] of plan(3).entries()) {
    t.ok(durationMs > 0)
    t.ok(atMs + durationMs <= (plan(3)[i + 1]?.atMs ?? 10_000), 'one ends before the next begins')
  }

  const full = planFloods(createRandom(1, 'floods'), 240_000)
  t.equal(new Set(full.map(({ name, protocol }) => `${name} ${protocol}`)).size, 12, 'all of them')
  t.equal(plan(1).length, 5, 'in a short one each class')

  const event = { id: 'u.3', data: { flip: 3, ordinal: 1, generation: 1 } }
  const held = ['p.x.hostile.u.3', 'hostile.default.u.3'].map((subject, sequence) => ({
    sequence,
    subject,
    event,
  }))
  const { own, hostile } = separateHostile(held)
  t.same([own.length, hostile.length, hostile[0]?.sequence], [1, 1, 0])

  const fine = { count: 1, sent: { a: 1 }, stored: 1, duplicated: 0, highestMb: 511, limitMb: 512 }
  t.same(floodFaults(undefined), [])
  t.same(floodFaults(fine), [])
  for (const wrong of [{ sent: {} }, { duplicated: 1 }, { highestMb: 512 }])
    t.equal(floodFaults({ ...fine, ...wrong }).length, 1)
})
