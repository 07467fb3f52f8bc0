import { table } from '../../hack/lib/page.ts'
import { formatSpread, goalTable } from '../lib/goals.ts'
import { median, medianOf, ratio } from '../lib/statistics.ts'
import { hookGoals } from './goals.ts'
import type { Load } from './load.ts'
import type { HookResults, Loads } from './measure.ts'

const whole = (value: number) => Math.round(value).toLocaleString('en')
const perSecond = (loads: Load[]) => whole(medianOf(loads, (load) => load.perSecond))
const cpuUs = (loads: Load[], digits = 0) =>
  medianOf(loads, (load) => load.cpuMsPerCall * 1000).toFixed(digits)
const coreShare = (loads: Load[]) =>
  `${medianOf(loads, (load) => load.coreShare * 100).toFixed(0)} %`
const percentiles = (loads: Load[]) => [
  medianOf(loads, (load) => load.p50Ms).toFixed(2),
  medianOf(loads, (load) => load.p99Ms).toFixed(2),
]

function throughputRows(body: string, loads: Loads): string[][] {
  const [baseline] = Object.values(loads)
  return Object.entries(loads).map(([name, each], i) => {
    const relative = i === 0 ? undefined : ratio(each, baseline, (load) => load.perSecond)
    const ratioCell = relative ? formatSpread(relative) : '1'
    return [`${body}: ${name}`, perSecond(each), ratioCell, cpuUs(each), coreShare(each)]
  })
}

/** Everything that `make bench` measured, as Markdown. */
export function hookReport(results: HookResults, machine: string, pinned: boolean): string {
  const { effort, throughput, latency, metacontroller, flips, objects, memoryMb } = results
  const { typical, long, large, publishing, http2 } = throughput
  const { rounds, seconds } = effort
  const cores = pinned ? 'servers on one core, load and NATS on another' : 'cores not separated'
  return `${machine}
${rounds} rounds of ${seconds} s, servers in turn, ${cores}. Medians, in brackets the smallest and
the largest of the rounds; each ratio is taken within a round.

### Goals

${goalTable(hookGoals(results))}

### Throughput over 8 connections or streams

${table(
  ['body: server', 'calls a second', 'relative', 'CPU, µs a call', 'core used'],
  [
    ...throughputRows('4 KB', typical),
    ...throughputRows('82 KB', long),
    ...throughputRows('1.5 MB', large),
    ...throughputRows('new milestone', publishing),
    ...throughputRows('4 KB over HTTP/2', http2),
  ],
)}

### Latency at ${whole(latency.rate)} calls a second

${table(
  ['server', 'p50, ms', 'p99, ms', 'core used'],
  Object.entries(latency.loads).map(([name, loads]) => [
    name,
    ...percentiles(loads),
    coreShare(loads),
  ]),
)}

### Calls as Metacontroller makes them: 50 workers that pause 10 ms, Go's default transport

${table(
  [
    'server',
    'protocol',
    'calls a second',
    'new connections',
    'CPU, µs a call',
    'p50, ms',
    'p99, ms',
  ],
  Object.entries(metacontroller).map(([name, loads]) => [
    name,
    loads[0]?.protocol ?? '',
    perSecond(loads),
    whole(medianOf(loads, (load) => load.newConnections)),
    cpuUs(loads),
    ...percentiles(loads),
  ]),
)}

### Growth and size

${table(
  ['of the service', ''],
  [
    ...flips.map(({ count, loads }) => [
      `CPU with ${whole(count)} flips, µs a call`,
      cpuUs(loads, 1),
    ]),
    ...objects.map(({ count, loads }) => [
      `CPU with ${whole(count)} objects in turn, µs a call`,
      cpuUs(loads, 1),
    ]),
    ['resident memory idle, MB', whole(memoryMb.idle)],
    ['resident memory under load, highest, MB', whole(memoryMb.peak)],
    ['start to ready, ms', whole(median(results.startMs.service))],
    ['`node -e 0`, ms', whole(median(results.startMs.node))],
  ],
)}`
}
