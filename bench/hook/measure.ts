/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** A median with the least and the greatest. */
export interface Spread {
  median: number
  least: number
  most: number
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}

/** Runs all in turn, again and again: A B C A B C. Answers the results of each, by round. */
export async function interleave<T>(
  rounds: number,
  runs: Record<string, () => Promise<T>>,
): Promise<Record<string, T[]>> {
  const names = Object.keys(runs)
  const results: Record<string, T[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      const run = runs[name]
      if (run) results[name]?.push(await run())
    }
  return results
}

/** The ratio of two that ran in the same round, over all rounds. */
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
