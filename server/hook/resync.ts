import type { Condition } from '../domain/coinflip.ts'
import type { Hindrance } from '../domain/hindrance.ts'

const longestSeconds = 60
/** Share of the delay that is left to chance, so that objects do not come back all at once. */
const jitter = 0.2

/**
 * When to sync an object again, in seconds; undefined for never. After a failure the delay is as
 * long as the condition Notified has been False: each wait doubles the age, so waits double from
 * 1 s to 60 s without anything being remembered. A part that is done goes on after 1 s; a pause
 * ends by a change of the object, which is a sync in itself.
 */
export function resyncAfterSeconds(
  hindrance: Hindrance | undefined,
  conditions: readonly Condition[],
  now: Date,
  random: number,
): number | undefined {
  if (!hindrance || hindrance.kind === 'Paused') return undefined
  if (hindrance.kind === 'InProgress') return 1
  const since = conditions.find(({ type }) => type === 'Notified')?.lastTransitionTime
  const age = since === undefined ? 0 : (now.getTime() - Date.parse(since)) / 1000
  const base = Math.min(Math.max(age, 1), longestSeconds / (1 + jitter))
  return Math.round(base * (1 + jitter * random) * 10) / 10
}
