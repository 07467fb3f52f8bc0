import t from 'tap'
import { missed, rowsOf } from './measure/checks.ts'
import { gauge } from './measure/metrics.ts'
import { answers, type Mixed, strays } from './measure/mix.ts'
import type { Rolled } from './measure/rolling.ts'
import { rollingChecks } from './measure/rolling-report.ts'

const figures = { calls: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 }
const mixed: Mixed = {
  seconds: 1,
  offered: 6,
  perSecond: 6,
  unsent: 0,
  admitted: figures,
  refused: figures,
  statuses: { '200': 3, '429': 2 },
  parts: {},
  newConnections: 1,
  badRefusals: 0,
  failures: {},
}

t.test('an answer is as it should be, or counted', async (t) => {
  t.equal(strays(mixed), 0)
  t.equal(strays({ ...mixed, statuses: { ...mixed.statuses, '500': 4 } }), 4)
  t.equal(strays({ ...mixed, failures: { EOF: 2 } }), 2)
  t.equal(answers({ ...mixed, failures: { EOF: 1 } }), '3 x 200, 2 x 429, 1 x EOF')
  const failures = { a: 9, b: 8, c: 1 }
  t.equal(answers({ ...mixed, failures }), '9 x a, 8 x b, 3 x 200, 2 x 429, 1 other kinds')
})

const rolled: Rolled = {
  protocol: 'http',
  calls: {
    calls: 20_000,
    errors: 0,
    perSecond: 1_000,
    newConnections: 10,
    protocol: 'HTTP/1.1',
    p50Ms: 1,
    p99Ms: 2,
    causes: [],
  },
  rollouts: 1,
  stopMs: [80, 100],
  badEnds: [],
  complaints: [],
}
const checked = (parts: Partial<Rolled>) =>
  missed(rollingChecks({ ...rolled, ...parts }, 20_000)).map(({ what }) => what.split(': ')[1])

for (const [name, parts, expected] of [
  ['all is well', {}, []],
  ['a call failed', { calls: { ...rolled.calls, errors: 1 } }, ['failed']],
  ['there were too few calls', { calls: { ...rolled.calls, calls: 19_999 } }, ['calls']],
  ['HTTP/2 was not spoken', { protocol: 'https' }, ['protocol']],
  ['an end took too long', { stopMs: [80, 15_000] }, ['from SIGTERM to the end, at most']],
  ['one had to be killed', { badEnds: ['SIGKILL'] }, ['ends with another exit code than 0']],
  ['one complained', { complaints: ['{"level":50}'] }, ['warnings and errors in logs']],
] as const)
  t.same(checked(parts as Partial<Rolled>), expected, name)

t.test('a row says whether its goal was reached', async (t) => {
  const [fact, well, ill] = rowsOf([
    { what: 'a', measured: '1' },
    { what: 'b', measured: '2', goal: '3', reached: true },
    { what: 'c', measured: '4', goal: '3', reached: false },
  ])
  t.same(fact, ['a', '1', '', ''])
  t.same(well, ['b', '2', '3', 'yes'])
  t.same(ill, ['c', '4', '3', 'NO'])
})

t.test('a metric is found by its whole name', async (t) => {
  const text = '# HELP a_b x\na_b_c 1\na_b 2.5e-3\na_b{x="1"} 7\n'
  t.equal(gauge(text, 'a_b'), 0.0025)
  t.ok(Number.isNaN(gauge(text, 'a')))
})
