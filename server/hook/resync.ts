import type { Condition } from '../domain/coinflip.ts'
import type { PendingReason } from '../domain/pending-reason.ts'

const longestSeconds = 60
/** Share of the delay that is random, so that objects do not come back all at once. */
const jitter = 0.2

/**
 * Computes when to sync an object again, in seconds; undefined for never. After a failure the delay
 * is as long as the condition Notified has been False: each wait doubles the age, so waits double
 * from 1 s to 60 s without anything being remembered. A history in progress continues after 1 s; a
 * pause ends by a change of the object, which causes a sync.
 */
export function computeResync(
  pendingReason: PendingReason | undefined,
  conditions: readonly Condition[],
  now: Date,
  random: number,
): number | undefined {
  if (!pendingReason || pendingReason.kind === 'Paused') return undefined
  if (pendingReason.kind === 'InProgress') return 1
  const since = conditions.find(({ type }) => type === 'Notified')?.lastTransitionTime
  const age = since === undefined ? 0 : (now.getTime() - Date.parse(since)) / 1000
  const base = Math.min(Math.max(age, 1), longestSeconds / (1 + jitter))
  return Math.round(base * (1 + jitter * random) * 10) / 10
}
