import { table } from '../../hack/lib/page.ts'
import { median } from '../hook/measure.ts'
import type { Acks } from './acks.ts'
import { delaysOf, quantile } from './report.ts'
import type { Result } from './run.ts'
import type { Resynced } from './scale.ts'

const percent = (share: number | undefined) => (share === undefined ? '' : (share * 100).toFixed(0))

/** Flips at rest and during a resync, as Markdown. */
export function resyncReport(results: readonly Resynced[]): string {
  const head = ['', 'flip to status, p50 / p99 ms', 'flip to message, p50 / p99 ms']
  const rows = results.flatMap(({ name, count, resyncSeconds, rest, resync }) => [
    [`${name}: ${count} objects at rest`, ...delaysOf([rest])],
    [`${name}: all synced every ${resyncSeconds} s`, ...delaysOf([resync])],
  ])
  const processes = ['service', 'metacontroller', 'operator', 'kube-apiserver', 'etcd']
  const costs = results.map(({ name, cpuShare }) => [
    name,
    ...processes.map((process) => percent(cpuShare[process])),
  ])
  return `${table(head, rows)}

CPU during that, in percent of one core:

${table(['', ...processes], costs)}`
}

/** Throughput of one and of two Metacontrollers, as Markdown. */
export function shardReport(results: readonly Result[]): string {
  const names = [...new Set(results.map(({ name }) => name))]
  const rows = names.map((name) => {
    const own = results.filter((result) => result.name === name)
    const rates = own.map(({ count, seconds }) => count / seconds)
    const busy = own.map(
      ({ costs, seconds }) =>
        Object.values(costs).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / seconds,
    )
    const spread = `${median(rates).toFixed(0)} (${rates.map((rate) => rate.toFixed(0)).join(', ')})`
    return [name, spread, median(busy).toFixed(2)]
  })
  return table(['', 'objects a second', 'cores in use'], rows)
}

/** What one run with many objects took, as Markdown. */
export function manyReport({ count, seconds, costs, appended }: Result): string {
  const rows = Object.entries(costs).map(([process, { cpuSeconds, peakMb }]) => [
    process,
    cpuSeconds.toFixed(0),
    peakMb.toFixed(0),
  ])
  const [status, message] = [appended.status, appended.message].map((delays) =>
    [0.5, 0.99].map((share) => `${quantile(delays, share).toFixed(0)} ms`).join(' / '),
  )
  return `${count} CoinFlips, each with one milestone: all tallied and every message stored after
${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)} a second. Then flips at 20 a second: to the status in ${status} (p50 / p99), to the
message in ${message}.

${table(['process', 'CPU seconds', 'peak memory, MB'], rows)}`
}

/** What a message takes with one replica of the stream and with several, as Markdown. */
export function acksReport(results: readonly Acks[]): string {
  const head = [
    'replicas of the stream',
    'a message, p50 / p99 ms',
    'most in a call',
    'longest call, s',
  ]
  const rows = results.map(({ replicas, delaysMs, calls }) => [
    String(replicas),
    [0.5, 0.99].map((share) => quantile(delaysMs, share).toFixed(2)).join(' / '),
    String(Math.max(...calls.map(({ stored }) => stored))),
    (Math.max(...calls.map(({ ms }) => ms)) / 1000).toFixed(2),
  ])
  return table(head, rows)
}
