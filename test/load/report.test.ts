import t from 'tap'
import { countUnexpected, describeOutcomes, summarize } from '../lib/calls.ts'
import { metricOf } from '../lib/metrics.ts'
import { checkRows, missed } from '../lib/report.ts'
import type { RollingResults } from './rolling-restart/measure.ts'
import { rollingChecks } from './rolling-restart/report.ts'

const callsOf = (counts: Record<string, number>) =>
  Object.entries(counts).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => ({ outcome, ms: 1, body: 'typical' })),
  )
const served = (more: Record<string, number>) => summarize(callsOf({ 200: 3, 429: 2, ...more }))

t.test('summarizes calls by their outcome', async (t) => {
  const answers = [9, 1, 5].map((ms) => ({ outcome: '200', ms }))
  const sum = summarize([...answers, ...callsOf({ 429: 1, ECONNRESET: 1 })])
  t.same(sum, { calls: 5, answered: 3, p50Ms: 5, p99Ms: 9, others: { '429': 1, ECONNRESET: 1 } })
})

t.test('counts every answer other than 200 and 429', async (t) => {
  t.equal(countUnexpected(served({})), 0)
  t.equal(countUnexpected(served({ 500: 4 })), 4)
  t.equal(countUnexpected(served({ EOF: 2 })), 2)
  t.equal(describeOutcomes(served({ EOF: 1 })), '3 x 200, 2 x 429, 1 x EOF')
  const many = describeOutcomes(served({ a: 9, b: 8, c: 1 }))
  t.equal(many, '9 x a, 8 x b, 3 x 200, 2 x 429, 1 other kinds')
})

const rolling: RollingResults = {
  protocol: 'http',
  load: { seconds: 1, protocol: 'HTTP/1.1', newConnections: 1, calls: callsOf({ 200: 20 }) },
  rollouts: 1,
  stopMs: [80, 100],
  badExits: [],
  complaints: [],
}
const withCalls = (counts: Record<string, number>) => ({
  load: { ...rolling.load, calls: callsOf(counts) },
})
const checked = (parts: Partial<RollingResults>) =>
  missed(rollingChecks({ ...rolling, ...parts }, 20)).map((fault) => fault.split(': ')[1])

for (const [name, parts, expected] of [
  ['passes a rollout without a fault', {}, []],
  ['reports a failed call', withCalls({ 200: 20, EOF: 1 }), ['failed calls']],
  ['reports a refused call', withCalls({ 200: 20, 429: 1 }), ['failed calls']],
  ['reports too few calls', withCalls({ 200: 19 }), ['calls']],
  ['reports a protocol other than HTTP/2 over TLS', { protocol: 'https' }, ['protocol']],
  ['reports a slow shutdown', { stopMs: [80, 15_000] }, ['longest time from SIGTERM to the end']],
  ['reports a killed process', { badExits: ['SIGKILL'] }, ['exits with another code than 0']],
  ['reports an error in a log', { complaints: ['{"level":50}'] }, ['warnings and errors in logs']],
] as const)
  t.same(checked(parts as Partial<RollingResults>), expected, name)

t.test('marks each row with whether its goal was reached', async (t) => {
  const [fact, well, ill] = checkRows([
    { what: 'a', measured: '1' },
    { what: 'b', measured: '2', goal: '3', isReached: true },
    { what: 'c', measured: '4', goal: '3', isReached: false },
  ])
  t.same(fact, ['a', '1', '', ''])
  t.same(well, ['b', '2', '3', 'yes'])
  t.same(ill, ['c', '4', '3', '**no**'])
})

t.test('finds a metric by its whole name', async (t) => {
  const text = '# HELP a_b x\na_b_c 1\na_b 2.5e-3\na_b{x="1"} 7\n'
  t.equal(metricOf(text, 'a_b'), 0.0025)
  t.equal(metricOf(text, 'a'), 0)
})
