import { table } from '../../hack/lib/page.ts'
import type { Spread } from './statistics.ts'

/** A figure to reach, and what was measured. */
export interface Goal {
  text: string
  /** Undefined if it could not be measured, which counts as missed. */
  value: Spread | undefined
  limit: number
  comparison: '>=' | '<='
  unit: string
}

export const atLeast = (text: string, value: Spread | undefined, limit: number): Goal => ({
  text,
  value,
  limit,
  comparison: '>=',
  unit: '',
})

export const atMost = (
  text: string,
  value: Spread | undefined,
  limit: number,
  unit = '',
): Goal => ({ text, value, limit, comparison: '<=', unit })

export function isReached({ value, limit, comparison }: Goal): boolean {
  if (!value) return false
  return comparison === '>=' ? value.median >= limit : value.median <= limit
}

export const countReached = (goals: readonly Goal[]) =>
  `${goals.filter(isReached).length} of ${goals.length} goals reached`

const shorten = (value: number) => value.toFixed(value >= 20 ? 0 : 2)

/** A median with its range in brackets. */
export function formatSpread({ median, smallest, largest }: Spread, unit = ''): string {
  const text = `${shorten(median)}${unit}`
  return smallest === largest ? text : `${text} (${shorten(smallest)}-${shorten(largest)})`
}

export function goalTable(goals: readonly Goal[]): string {
  return table(
    ['', 'goal', 'measured', 'reached'],
    goals.map((goal) => [
      goal.text,
      `${goal.comparison} ${goal.limit}${goal.unit}`,
      goal.value ? formatSpread(goal.value, goal.unit) : 'not measured',
      isReached(goal) ? 'yes' : '**no**',
    ]),
  )
}
