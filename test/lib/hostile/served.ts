/** What became of a call, and how long that took. */
export interface Answer {
  /** A status, or why there was none. */
  what: string
  ms: number
}

/** How the calls of a well-behaved caller were served. */
export interface Served {
  calls: number
  /** Of those that were answered with 200. */
  answered: number
  p50Ms: number
  p99Ms: number
  /** What became of the others, with how many. */
  others: Record<string, number>
}

/** Sums up calls. */
export function servedOf(answers: readonly Answer[]): Served {
  const times = answers.filter(({ what }) => what === '200').map(({ ms }) => ms)
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? Number.NaN
  const others: Record<string, number> = {}
  for (const { what } of answers) if (what !== '200') others[what] = (others[what] ?? 0) + 1
  const [p50Ms, p99Ms] = [at(0.5), at(0.99)]
  return { calls: answers.length, answered: times.length, p50Ms, p99Ms, others }
}
