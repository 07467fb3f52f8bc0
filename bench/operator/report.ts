import { table } from '../../hack/lib/page.ts'
import type { Check } from '../../test/lib/report.ts'
import { quantile } from '../../test/lib/statistics.ts'
import { atLeast, atMost, countReached, goalTable } from '../lib/goals.ts'
import { medianOf, ratio, spread } from '../lib/statistics.ts'
import { cpuSecondsOf } from './costs.ts'
import { type Delays, type Result, systems } from './run.ts'

const rate = ({ count, seconds }: Result) => count / seconds
const p50OfMessage = ({ appended }: Result) => quantile(appended.message, 0.5)

const cpuShare = ({ costs }: Result) => (costs.service?.cpuSeconds ?? 0) / cpuSecondsOf(costs)

function goalsFor(results: readonly Result[], count: number): Check[] {
  const of = ({ name }: { name: string }) =>
    results.filter((result) => result.name === name && result.count === count)
  const [go, preset, http2] = [systems.go, systems.presetHttp, systems.presetHttp2].map(of)
  const text = (what: string) => `${count} objects: ${what}`
  return [
    atLeast(text('throughput / controller-runtime'), ratio(of(systems.http), go, rate), 1),
    atLeast(
      text('throughput with the preset finalizer / controller-runtime'),
      ratio(preset, go, rate),
      1.4,
    ),
    atLeast(text('the same over https with HTTP/2'), ratio(http2, go, rate), 1.4),
    atLeast(
      text('the same / controller-runtime with the preset finalizer'),
      ratio(http2, of(systems.presetGo), rate),
      1,
    ),
    atMost(text("the service's share of all CPU"), spread((http2 ?? []).map(cpuShare)), 0.15),
    atMost(
      text('p50 from a flip to its message / controller-runtime'),
      ratio(http2, go, p50OfMessage),
      1.2,
    ),
  ]
}

/** p50 and p99 in milliseconds; of several runs the medians. */
export function percentiles(runs: readonly (readonly number[])[], digits = 0): string {
  const of = (share: number) => medianOf(runs, (delays) => quantile(delays, share)).toFixed(digits)
  return `${of(0.5)} / ${of(0.99)}`
}

export const delayColumns = ['flip to status, p50 / p99 ms', 'flip to message, p50 / p99 ms']

/** The cells of these columns. */
export const delayCells = (runs: readonly Delays[]) => [
  percentiles(runs.map(({ status }) => status)),
  percentiles(runs.map(({ message }) => message)),
]

const processes = {
  service: 'service',
  metacontroller: 'Metacontroller',
  operator: 'controller-runtime',
  'kube-apiserver': 'kube-apiserver',
  etcd: 'etcd',
  'nats-server': 'nats-server',
}

function costCell(results: readonly Result[], process: string): string {
  const costs = results.flatMap(({ costs }) => costs[process] ?? [])
  if (costs.length === 0) return ''
  const cpu = medianOf(costs, ({ cpuSeconds }) => cpuSeconds).toFixed(1)
  return `${cpu} / ${medianOf(costs, ({ peakMb }) => peakMb).toFixed(0)}`
}

/** A row for each count and system, with the cells that its rounds give. */
function rowsOf(
  results: readonly Result[],
  cells: (rounds: readonly Result[]) => string[],
): string[][] {
  const groups = Map.groupBy(results, ({ count, name }) => `${count}: ${name}`)
  return [...groups].map(([name, rounds]) => [name, ...cells(rounds)])
}

/** Everything that `make bench-e2e` measured, as Markdown. */
export function e2eReport(results: readonly Result[], machine: string): string {
  const byCount = Map.groupBy(results, ({ count }) => count)
  const goals = [...byCount.keys()].flatMap((count) => goalsFor(results, count))
  const names = new Set(results.map(({ name }) => name)).size
  const rounds = [...byCount].map(([count, runs]) => `${runs.length / names} of ${count} objects`)
  return `${machine} Rounds: ${rounds.join(', ')}; systems in turn, each on a new control plane and broker, all
processes on the same cores; 50 workers, 500 calls of the API server a second. Medians, in brackets
the smallest and the largest. ${countReached(goals)}.

${goalTable(goals)}

${table(
  ['objects: system', 'seconds', 'objects a second', ...delayColumns],
  rowsOf(results, (runs) => [
    medianOf(runs, ({ seconds }) => seconds).toFixed(1),
    medianOf(runs, rate).toFixed(0),
    ...delayCells(runs.map(({ appended }) => appended)),
  ]),
)}

CPU seconds until all objects were settled / peak memory in MB:

${table(
  ['objects: system', ...Object.values(processes)],
  rowsOf(results, (runs) => Object.keys(processes).map((process) => costCell(runs, process))),
)}`
}
