import t from 'tap'
import { type CallResults, countUnexpected, describeAnswers } from '../lib/load/caller.ts'
import { missed, rowsOf } from './lib/checks.ts'
import { readGauge } from './lib/metrics.ts'
import type { RollingResults } from './rolling-restart/measure.ts'
import { rollingChecks } from './rolling-restart/report.ts'

const latencies = { calls: 0, p50Ms: 0, p99Ms: 0 }
const results: CallResults = {
  seconds: 1,
  calls: 6,
  admitted: latencies,
  refused: latencies,
  statuses: { '200': 3, '429': 2 },
  parts: {},
  newConnections: 1,
  protocol: 'HTTP/1.1',
  badRefusals: 0,
  failures: {},
}

t.test('counts every answer other than 200 and 429', async (t) => {
  t.equal(countUnexpected(results), 0)
  t.equal(countUnexpected({ ...results, statuses: { ...results.statuses, '500': 4 } }), 4)
  t.equal(countUnexpected({ ...results, failures: { EOF: 2 } }), 2)
  t.equal(describeAnswers({ ...results, failures: { EOF: 1 } }), '3 x 200, 2 x 429, 1 x EOF')
  const failures = { a: 9, b: 8, c: 1 }
  t.equal(
    describeAnswers({ ...results, failures }),
    '9 x a, 8 x b, 3 x 200, 2 x 429, 1 other kinds',
  )
})

const rolling: RollingResults = {
  protocol: 'http',
  calls: { ...results, calls: 20_000, statuses: { '200': 20_000 } },
  rollouts: 1,
  stopMs: [80, 100],
  badExits: [],
  complaints: [],
}
const checked = (parts: Partial<RollingResults>) =>
  missed(rollingChecks({ ...rolling, ...parts }, 20_000)).map(({ what }) => what.split(': ')[1])

for (const [name, parts, expected] of [
  ['passes a rollout without a fault', {}, []],
  [
    'reports a failed call',
    { calls: { ...rolling.calls, failures: { EOF: 1 } } },
    ['failed calls'],
  ],
  [
    'reports a refused call',
    { calls: { ...rolling.calls, refused: { ...latencies, calls: 1 } } },
    ['failed calls'],
  ],
  ['reports too few calls', { calls: { ...rolling.calls, calls: 19_999 } }, ['calls']],
  ['reports a protocol other than HTTP/2 over TLS', { protocol: 'https' }, ['protocol']],
  ['reports a slow shutdown', { stopMs: [80, 15_000] }, ['longest time from SIGTERM to the end']],
  ['reports a killed process', { badExits: ['SIGKILL'] }, ['exits with another code than 0']],
  ['reports an error in a log', { complaints: ['{"level":50}'] }, ['warnings and errors in logs']],
] as const)
  t.same(checked(parts as Partial<RollingResults>), expected, name)

t.test('marks each row with whether its goal was reached', async (t) => {
  const [fact, well, ill] = rowsOf([
    { what: 'a', measured: '1' },
    { what: 'b', measured: '2', goal: '3', isReached: true },
    { what: 'c', measured: '4', goal: '3', isReached: false },
  ])
  t.same(fact, ['a', '1', '', ''])
  t.same(well, ['b', '2', '3', 'yes'])
  t.same(ill, ['c', '4', '3', 'NO'])
})

t.test('finds a metric by its whole name', async (t) => {
  const text = '# HELP a_b x\na_b_c 1\na_b 2.5e-3\na_b{x="1"} 7\n'
  t.equal(readGauge(text, 'a_b'), 0.0025)
  t.ok(Number.isNaN(readGauge(text, 'a')))
})
