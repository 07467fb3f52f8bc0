import { table } from '../../../hack/lib/page.ts'
import { seconds } from '../rows.ts'
import type { Healing, IdleCost } from './measure.ts'
import type { Trial } from './trial.ts'

export type Result = Trial & Healing & IdleCost

export const healingHead = [
  'objects',
  'away',
  'resync',
  'for',
  'failed calls',
  'half right',
  '90 % right',
  'all right',
]

export function healingRow(result: Result): string[] {
  const { objects, outage, resyncSeconds, failures } = result
  const times = [result.halfMs, result.mostMs, result.allMs].map(seconds)
  const away = seconds(result.awayMs)
  return [String(objects), outage, `${resyncSeconds} s`, away, String(failures), ...times]
}

/** What is aimed at. */
const goal = { objects: 1_000, withinMs: 60_000 }

/** Whether every object was right soon enough; undefined where that was not measured. */
export function goalLine(results: readonly Result[], shippedSeconds: number): string | undefined {
  const own = results.filter(
    ({ objects, resyncSeconds }) => objects === goal.objects && resyncSeconds === shippedSeconds,
  )
  if (own.length === 0) return undefined
  const worstMs = Math.max(...own.map(({ allMs }) => allMs))
  const reached = worstMs <= goal.withinMs ? 'reached' : '**missed**'
  return (
    `Goal: ${goal.objects} objects right within ${seconds(goal.withinMs)} with the shipped ` +
    `period of ${shippedSeconds} s: ${reached} (${seconds(worstMs)}).`
  )
}

/** What a period costs at rest, once for each number of objects and period. */
function costRows(results: readonly Result[]): string[][] {
  const rows = new Map<string, string[]>()
  for (const { objects, resyncSeconds, metacontroller, service } of results) {
    const cells = [String(objects), `${resyncSeconds} s`]
    rows.set(cells.join(), [...cells, metacontroller.toFixed(0), service.toFixed(0)])
  }
  return [...rows.values()]
}

/** All trials as Markdown. */
export function healingPart(results: readonly Result[], shippedSeconds: number): string {
  return [
    'Every object got one more milestone during the outage; times count from its end.',
    goalLine(results, shippedSeconds) ?? '',
    table(healingHead, results.map(healingRow)),
    'What a period costs while nothing changes, in milliseconds of a core for each second:',
    table(['objects', 'resync', 'Metacontroller', 'both replicas'], costRows(results)),
  ]
    .filter((text) => text !== '')
    .join('\n\n')
}
