import { quantile } from './statistics.ts'

/** What came of a call. */
export interface Call {
  /** A status, or the reason why there is none. */
  outcome: string
  ms: number
}

/** The calls of one caller. */
export interface Served {
  calls: number
  /** Answered with 200, with their latencies. */
  answered: number
  p50Ms: number
  p99Ms: number
  /** Outcomes of the other calls, with their counts. */
  others: Record<string, number>
}

/** p50 and p99 of the calls with an outcome, in milliseconds. */
export function percentilesOf(calls: readonly Call[], wanted = '200') {
  const times = calls.filter(({ outcome }) => outcome === wanted).map(({ ms }) => ms)
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) }
}

/** Counts calls by their outcome. */
export function summarize(calls: readonly Call[]): Served {
  const counts: Record<string, number> = {}
  for (const { outcome } of calls) counts[outcome] = (counts[outcome] ?? 0) + 1
  const { '200': answered = 0, ...others } = counts
  return { calls: calls.length, answered, ...percentilesOf(calls), others }
}

/** Calls that were answered by neither 200 nor 429, or not at all. */
export function countUnexpected({ calls, answered, others }: Served): number {
  return calls - answered - (others['429'] ?? 0)
}

const mostShown = 4

/** The most frequent outcomes with their counts. */
export function describeOutcomes({ answered, others }: Served): string {
  const counts = Object.entries({ ...(answered > 0 && { 200: answered }), ...others })
  const all = counts.sort(([, a], [, b]) => b - a).map(([what, count]) => `${count} x ${what}`)
  const hidden = all.length - mostShown
  return [...all.slice(0, mostShown), ...(hidden > 0 ? [`${hidden} other kinds`] : [])].join(', ')
}
