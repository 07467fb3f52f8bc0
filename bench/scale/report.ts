import { table } from '../../hack/lib/page.ts'
import { median, quantile } from '../../test/lib/statistics.ts'
import { growthExponent } from '../lib/statistics.ts'
import { cpuSecondsOf } from '../operator/costs.ts'
import { delayCells, delayColumns, percentiles } from '../operator/report.ts'
import type { Result } from '../operator/run.ts'
import type { AckResults } from './acks.ts'
import type { ResyncResult } from './measure.ts'
import type { StreamSize } from './milestones.ts'
import type { TenantResult } from './tenants.ts'

/** Flips without a resync and during one, as Markdown. */
export function resyncReport(results: readonly ResyncResult[]): string {
  const [first] = results
  const share = (cpuSeconds: number, seconds: number) => ((cpuSeconds / seconds) * 100).toFixed(0)
  return `${first?.count} objects, stamped; flips at 20 a second for one period.

${table(
  ['resync', ...delayColumns],
  results.map(({ name, delays }) => [name, ...delayCells([delays])]),
)}

CPU in percent of one core:

${table(
  ['resync', ...Object.keys(first?.costs ?? {})],
  results.map(({ name, costs, seconds }) => [
    name,
    ...Object.values(costs).map(({ cpuSeconds }) => share(cpuSeconds, seconds)),
  ]),
)}`
}

/** Throughput of one and of two Metacontrollers, as Markdown. */
export function shardReport(results: readonly Result[]): string {
  const rows = [...Map.groupBy(results, ({ name }) => name)].map(([name, rounds]) => {
    const rates = rounds.map(({ count, seconds }) => count / seconds)
    const cores = rounds.map(({ costs, seconds }) => cpuSecondsOf(costs) / seconds)
    const all = rates.map((rate) => rate.toFixed(0)).join(', ')
    return [name, `${median(rates).toFixed(0)} (${all})`, median(cores).toFixed(2)]
  })
  return table(['', 'objects a second', 'cores in use'], rows)
}

/** What another tenant gets, as Markdown. */
export function tenantReport(results: readonly TenantResult[]): string {
  return table(
    ['beside', 'objects a second', 'list, p50 / p99 ms', 'write, p50 / p99 ms'],
    results.map(({ name, rate, delays: { list, write } }) => [
      name,
      rate?.toFixed(0) ?? '',
      percentiles([list]),
      percentiles([write]),
    ]),
  )
}

/** A last row with the exponents by which figures grow in the last step of their cause. */
function exponentRow(sizes: readonly { cause: number; figures: number[] }[]): string[][] {
  const [lower, upper] = sizes.slice(-2)
  if (!lower || !upper) return []
  const exponent = (figure: number, i: number) =>
    growthExponent(upper.cause / lower.cause, figure / (lower.figures[i] ?? Number.NaN)).toFixed(2)
  return [['exponent of the last step', ...upper.figures.map(exponent)]]
}

/** Costs of the processes by the number of objects, as Markdown. */
function costTable(
  results: readonly Result[],
  figure: 'cpuSeconds' | 'peakMb',
  digits: number,
): string {
  const [first] = results
  const sizes = results.map(({ count, costs }) => ({
    cause: count,
    figures: Object.values(costs).map((cost) => cost[figure]),
  }))
  const rows = sizes.map(({ cause, figures }) => [
    cause.toLocaleString('en'),
    ...figures.map((value) => value.toFixed(digits)),
  ])
  return table(['objects', ...Object.keys(first?.costs ?? {})], [...rows, ...exponentRow(sizes)])
}

/** Starts with more and more objects, as Markdown. */
export function manyReport(results: readonly Result[]): string {
  const starts = results.map(({ count, seconds, flips }) => [
    count.toLocaleString('en'),
    seconds.toFixed(0),
    (count / seconds).toFixed(0),
    ...delayCells(Object.values(flips)),
  ])
  return `Each has one milestone. The seconds end when all are tallied and all messages stored; then flips
come at 20 a second.

${table(['objects', 'seconds', 'objects a second', ...delayColumns], starts)}

CPU seconds of the start:

${costTable(results, 'cpuSeconds', 1)}

Peak memory in MB:

${costTable(results, 'peakMb', 0)}`
}

/** Acknowledgements with one replica of the stream and with several, as Markdown. */
export function acksReport(results: readonly AckResults[]): string {
  return table(
    [
      'replicas of the stream',
      'publish to acknowledgement, p50 / p99 ms',
      'most messages in a call',
      'longest call, s',
    ],
    results.map(({ replicas, delaysMs, calls }) => [
      String(replicas),
      percentiles([delaysMs], 2),
      String(Math.max(...calls.map(({ stored }) => stored))),
      (Math.max(...calls.map(({ ms }) => ms)) / 1000).toFixed(2),
    ]),
  )
}

/** What more messages in one stream cost, as Markdown. */
export function milestonesReport(results: readonly StreamSize[]): string {
  const rows = results.map(({ messages, residentMb, storedMb, delaysMs, restartMs }) => [
    messages.toLocaleString('en'),
    residentMb.toFixed(0),
    storedMb.toFixed(0),
    percentiles([delaysMs], 2),
    (restartMs / 1000).toFixed(2),
  ])
  const sizes = results.map(({ messages, residentMb, storedMb, delaysMs, restartMs }) => ({
    cause: messages,
    figures: [residentMb, storedMb, quantile(delaysMs, 0.5), restartMs],
  }))
  return table(
    [
      'messages',
      'memory of nats-server, MB',
      'in the store, MB',
      'publish to acknowledgement, p50 / p99 ms',
      'killed to storing again, s',
    ],
    [...rows, ...exponentRow(sizes)],
  )
}
