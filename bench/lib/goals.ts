import { table } from '../../hack/lib/page.ts'
import { type Check, checkHead, checkRows, goal } from '../../test/lib/report.ts'
import type { Spread } from './statistics.ts'

const shorten = (value: number) => value.toFixed(value >= 20 ? 0 : 2)

/** A median with its range in brackets. */
export function formatSpread({ median, smallest, largest }: Spread, unit = ''): string {
  const text = `${shorten(median)}${unit}`
  return smallest === largest ? text : `${text} (${shorten(smallest)}-${shorten(largest)})`
}

const notMeasured = 'not measured'

export function atLeast(what: string, value: Spread | undefined, limit: number): Check {
  const measured = value ? formatSpread(value) : notMeasured
  return goal(what, measured, `>= ${limit}`, value !== undefined && value.median >= limit)
}

export function atMost(what: string, value: Spread | undefined, limit: number, unit = ''): Check {
  const measured = value ? formatSpread(value, unit) : notMeasured
  return goal(what, measured, `<= ${limit}${unit}`, value !== undefined && value.median <= limit)
}

export const countReached = (goals: readonly Check[]) =>
  `${goals.filter(({ isReached }) => isReached).length} of ${goals.length} goals reached`

export const goalTable = (goals: readonly Check[]) => table(checkHead, checkRows(goals))
