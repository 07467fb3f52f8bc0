import { median } from '../../test/lib/statistics.ts'

/** The median of one figure over all rounds. */
export function medianOf<T>(rounds: readonly T[] | undefined, value: (round: T) => number): number {
  return median((rounds ?? []).map(value))
}

/** A median with the smallest and the largest value. */
export interface Spread {
  median: number
  smallest: number
  largest: number
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), smallest: Math.min(...values), largest: Math.max(...values) }
}

/** The exponent of a power law by which a cost grows `cost`-fold when its cause grows `cause`-fold. */
export function growthExponent(cause: number, cost: number): number {
  return Math.log(cost) / Math.log(cause)
}

/** The ratio of a figure of two that ran in the same round, over all rounds. */
export function ratio<T>(
  of: readonly T[] | undefined,
  to: readonly T[] | undefined,
  value: (result: T) => number,
): Spread | undefined {
  if (!of?.length || !to?.length) return undefined
  return spread(
    of.map((result, i) => {
      const other = to[i]
      return other === undefined ? Number.NaN : value(result) / value(other)
    }),
  )
}

/** Runs all in turn, round after round: A B C A B C. Answers the results of each, by round. */
export async function interleave<T>(
  rounds: number,
  runs: Record<string, () => Promise<T>>,
): Promise<Record<string, T[]>> {
  const results: Record<string, T[]> = {}
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(runs)) {
      results[name] ??= []
      results[name].push(await run())
    }
  return results
}
