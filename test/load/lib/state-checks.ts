import { countUnexpected, type Served } from '../../lib/calls.ts'
import { type Check, goal } from '../../lib/report.ts'

/** Checks that a figure has not grown by more than noise alone can show. */
export function compare(
  what: string,
  [before, after]: readonly [number, number],
  more: number,
  unit = '',
): Check {
  const show = (value: number) => `${Number.isInteger(value) ? value : value.toFixed(2)}${unit}`
  const measured = `${show(before)}, ${show(after)}`
  return goal(
    `${what} before, after`,
    measured,
    `${more}${unit} more at most`,
    after <= before + more,
  )
}

/** Checks that every call was answered with 200 or refused with 429. */
export function checkOutcomes(served: Served): Check {
  const count = countUnexpected(served)
  return goal('answers other than 200 and 429, and failures', count, 0, count === 0)
}
