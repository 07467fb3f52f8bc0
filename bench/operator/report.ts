import { table } from '../../hack/lib/page.ts'
import { type Goal, isReached } from '../hook/goals.ts'
import { median, ratio, type Spread, spread } from '../hook/measure.ts'
import { goalTable } from '../hook/report.ts'
import type { Delays, Result } from './run.ts'

/** The value below which that share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}

const rate = ({ count, seconds }: Result) => count / seconds
const p50OfMessage = ({ appended }: Result) => quantile(appended.message, 0.5)

function cpuShare({ costs }: Result): number {
  const all = Object.values(costs).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  return (costs.service?.cpuSeconds ?? 0) / all
}

function goalsFor(results: readonly Result[], count: number): Goal[] {
  const of = (name: string) =>
    results.filter((result) => result.name === name && result.count === count)
  const [ours, go] = [of('this, http'), of('Go operator')]
  const [stamped, secure] = [of('this, http, stamped'), of('this, https with HTTP/2, stamped')]
  const goal = (text: string, value: Spread | undefined, atLeast: boolean, limit: number) => ({
    text: `${count} objects: ${text}`,
    value,
    limit,
    atLeast,
  })
  const throughput = (some: readonly Result[], others: readonly Result[]) =>
    ratio(some, others, rate)
  return [
    goal('throughput, of the Go operator', throughput(ours, go), true, 1),
    goal(
      'throughput with the stamped finalizer, of the Go operator',
      throughput(stamped, go),
      true,
      1.4,
    ),
    goal('the same over https with HTTP/2', throughput(secure, go), true, 1.4),
    goal(
      'the same, of the Go operator with the stamped finalizer',
      throughput(secure, of('Go operator, stamped')),
      true,
      1,
    ),
    goal("the service's share of all CPU", spread(secure.map(cpuShare)), false, 0.15),
    goal(
      'p50 from a flip to its message, of the Go operator',
      ratio(secure, go, p50OfMessage),
      false,
      1.2,
    ),
  ]
}

/** p50 and p99 until the status and until the message: of several runs the medians. */
export function delaysOf(runs: readonly Delays[]): [status: string, message: string] {
  const cell = (which: keyof Delays) =>
    [0.5, 0.99]
      .map((share) => median(runs.map((delays) => quantile(delays[which], share))).toFixed(0))
      .join(' / ')
  return [cell('status'), cell('message')]
}

function resultRows(results: readonly Result[], count: number): string[][] {
  const chosen = results.filter((result) => result.count === count)
  return [...new Set(chosen.map(({ name }) => name))].map((name) => {
    const own = chosen.filter((result) => result.name === name)
    const middle = (value: (result: Result) => number) => median(own.map(value))
    return [
      `${count}: ${name}`,
      middle(({ seconds }) => seconds).toFixed(1),
      middle(rate).toFixed(0),
      ...delaysOf(own.map(({ appended }) => appended)),
    ]
  })
}

function costRows(results: readonly Result[], count: number): string[][] {
  const chosen = results.filter((result) => result.count === count)
  const processes = [
    'service',
    'metacontroller',
    'operator',
    'kube-apiserver',
    'etcd',
    'nats-server',
  ]
  return [...new Set(chosen.map(({ name }) => name))].map((name) => {
    const own = chosen.filter((result) => result.name === name)
    const cell = (process: string) => {
      const costs = own.flatMap(({ costs }) => costs[process] ?? [])
      if (costs.length === 0) return ''
      const cpu = median(costs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)
      return `${cpu} / ${median(costs.map(({ peakMb }) => peakMb)).toFixed(0)}`
    }
    return [`${count}: ${name}`, ...processes.map(cell)]
  })
}

/** Everything that `make bench-e2e` measured, as Markdown. */
export function e2eReport(results: readonly Result[], machine: string): string {
  const counts = [...new Set(results.map(({ count }) => count))]
  const goals = counts.flatMap((count) => goalsFor(results, count))
  const names = new Set(results.map(({ name }) => name)).size
  const rounds = counts.map((wanted) => {
    const runs = results.filter(({ count }) => count === wanted).length
    return `${runs / names} of ${wanted} objects`
  })
  return `${machine} Rounds: ${rounds.join(', ')}; contestants in turn, each on a new control plane and broker, all
processes on the same cores; 50 workers, 500 calls of the API server a second. Medians, in brackets
the least and the greatest. ${goals.filter(isReached).length} of ${goals.length} goals reached.

${goalTable(goals)}

${table(
  [
    'objects: contestant',
    'seconds',
    'objects a second',
    'flip to status, p50 / p99 ms',
    'flip to message, p50 / p99 ms',
  ],
  counts.flatMap((count) => resultRows(results, count)),
)}

CPU seconds until all was settled / peak memory in MB:

${table(
  [
    'objects: contestant',
    'service',
    'Metacontroller',
    'Go operator',
    'kube-apiserver',
    'etcd',
    'nats-server',
  ],
  counts.flatMap((count) => costRows(results, count)),
)}`
}
