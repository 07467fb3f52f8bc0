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

/** One run with many objects, as Markdown. */
export function manyReport({ count, seconds, costs, flips }: Result): string {
  const rows = Object.entries(costs).map(([process, { cpuSeconds, peakMb }]) => [
    process,
    cpuSeconds.toFixed(0),
    peakMb.toFixed(0),
  ])
  const [status, message] = delayCells(Object.values(flips))
  return `${count} CoinFlips, each with one milestone: all were tallied and all messages stored after
${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)} a second. Flips at 20 a second then took ${status} ms to the status (p50 / p99)
and ${message} ms to the message.

${table(['process', 'CPU seconds', 'peak memory, MB'], rows)}`
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
  const figures = results.map(({ messages, residentMb, storedMb, delaysMs, restartMs }) => ({
    messages,
    residentMb,
    storedMb,
    p50Ms: quantile(delaysMs, 0.5),
    p99Ms: quantile(delaysMs, 0.99),
    restartMs,
  }))
  const rows = figures.map(({ messages, residentMb, storedMb, p50Ms, p99Ms, restartMs }) => [
    messages.toLocaleString('en'),
    residentMb.toFixed(0),
    storedMb.toFixed(0),
    `${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)}`,
    (restartMs / 1000).toFixed(2),
  ])
  const [lower, upper] = figures.slice(-2)
  if (lower && upper) {
    const exponent = (figure: 'residentMb' | 'storedMb' | 'p50Ms' | 'restartMs') =>
      growthExponent(upper.messages / lower.messages, upper[figure] / lower[figure]).toFixed(2)
    const growth = (['residentMb', 'storedMb', 'p50Ms', 'restartMs'] as const).map(exponent)
    rows.push(['exponent of the last step', ...growth])
  }
  return table(
    [
      'messages',
      'memory of nats-server, MB',
      'in the store, MB',
      'publish to acknowledgement, p50 / p99 ms',
      'killed to storing again, s',
    ],
    rows,
  )
}
