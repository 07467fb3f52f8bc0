/** The outcome of a call, and its duration. */
export interface Answer {
  /** A status, or the reason why there is none. */
  what: string
  ms: number
}

/** The calls of a well-behaved caller. */
export interface Served {
  calls: number
  /** Answered with 200. */
  answered: number
  p50Ms: number
  p99Ms: number
  /** Outcomes of the other calls, with their counts. */
  others: Record<string, number>
}

/** Summarizes calls. */
export function servedOf(answers: readonly Answer[]): Served {
  const times = answers.filter(({ what }) => what === '200').map(({ ms }) => ms)
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? Number.NaN
  const others: Record<string, number> = {}
  for (const { what } of answers) if (what !== '200') others[what] = (others[what] ?? 0) + 1
  const [p50Ms, p99Ms] = [at(0.5), at(0.99)]
  return { calls: answers.length, answered: times.length, p50Ms, p99Ms, others }
}
