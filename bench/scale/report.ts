import { table } from '../../hack/lib/page.ts'
import { median } from '../../test/lib/statistics.ts'
import { cpuSecondsOf } from '../operator/costs.ts'
import { delayCells, delayColumns, percentiles } from '../operator/report.ts'
import type { Result } from '../operator/run.ts'
import type { AckResults } from './acks.ts'
import type { ResyncResults } from './measure.ts'

const processes = ['service', 'metacontroller', 'operator', 'kube-apiserver', 'etcd']

/** Flips without and with a resync, as Markdown. */
export function resyncReport(results: readonly ResyncResults[]): string {
  const delays = results.flatMap(({ name, count, resyncSeconds, idle, resync }) => [
    [`${name}: ${count} objects, no resync`, ...delayCells([idle])],
    [`${name}: all synced every ${resyncSeconds} s`, ...delayCells([resync])],
  ])
  const percent = (share: number | undefined) =>
    share === undefined ? '' : (share * 100).toFixed(0)
  const costs = results.map(({ name, cpuShare }) => [
    name,
    ...processes.map((process) => percent(cpuShare[process])),
  ])
  return `${table(['', ...delayColumns], delays)}

CPU during the resync, in percent of one core:

${table(['', ...processes], costs)}`
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

/** One run with many objects, as Markdown. */
export function manyReport({ count, seconds, costs, appended }: Result): string {
  const rows = Object.entries(costs).map(([process, { cpuSeconds, peakMb }]) => [
    process,
    cpuSeconds.toFixed(0),
    peakMb.toFixed(0),
  ])
  const [status, message] = delayCells([appended])
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
