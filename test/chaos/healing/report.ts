import { table } from '../../../hack/lib/page.ts'
import { seconds } from '../report-rows.ts'
import type { IdleCost, Recovery } from './measure.ts'
import type { Outage, Trial } from './plan.ts'

/** An outage in which every object was changed once. */
export type Result = Omit<Trial, 'outages'> & { outage: Outage } & Recovery & IdleCost

export const recoveryHead = [
  'objects',
  'outage of',
  'resync',
  'duration',
  'failed calls',
  '50 % correct',
  '90 % correct',
  'all correct',
]

export function recoveryRow(result: Result): string[] {
  const { objects, outage, resyncSeconds, outageMs, failures, recoveredMs } = result
  const setting = [String(objects), outage, `${resyncSeconds} s`, seconds(outageMs)]
  return [...setting, String(failures), ...recoveredMs.map(seconds)]
}

const goal = { objects: 10_000, withinMs: 60_000 }

/** Whether every object was correct soon enough; undefined where that was not measured. */
export function goalLine(results: readonly Result[], shippedSeconds: number): string | undefined {
  const own = results.filter(
    ({ objects, resyncSeconds }) => objects === goal.objects && resyncSeconds === shippedSeconds,
  )
  if (own.length === 0) return undefined
  const worstMs = Math.max(...own.flatMap(({ recoveredMs }) => recoveredMs))
  const reached = worstMs <= goal.withinMs ? 'reached' : '**missed**'
  return (
    `Goal: ${goal.objects} objects correct within ${seconds(goal.withinMs)} with the shipped ` +
    `period of ${shippedSeconds} s: ${reached} (${seconds(worstMs)}).`
  )
}

/** All outages as Markdown, and the idle cost once for each number of objects and period. */
export function recoverySection(results: readonly Result[], shippedSeconds: number): string {
  const costs = new Map<string, string[]>()
  for (const { objects, resyncSeconds, metacontroller, service } of results) {
    const cells = [String(objects), `${resyncSeconds} s`]
    costs.set(cells.join(), [...cells, metacontroller.toFixed(0), service.toFixed(0)])
  }
  return [
    'Every object got one more milestone during the outage; times count from its end.',
    goalLine(results, shippedSeconds) ?? '',
    table(recoveryHead, results.map(recoveryRow)),
    'CPU time while nothing changes, in milliseconds of a core for each second:',
    table(['objects', 'resync', 'Metacontroller', 'both replicas'], [...costs.values()]),
  ].join('\n\n')
}
