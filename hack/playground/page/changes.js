/** @import { CoinFlipStatus, Condition } from './types.ts' */

/** The counts of a status in the order in which they are shown, by what people call them. */
export const counts = /** @type {const} */ ([
  ['flips', 'flips'],
  ['heads', 'heads'],
  ['tails', 'tails'],
  ['streak', 'streak'],
  ['milestones', 'runs of three'],
  ['notifications', 'stored'],
])

/** @typedef {(typeof counts)[number][0]} Count */

/**
 * A count as it is shown.
 * @param {CoinFlipStatus | undefined} status
 * @param {Count} field
 */
export function shownCount(status, field) {
  if (!status) return '–'
  // The service is being worked on: it may leave out anything.
  if (field !== 'streak') return String(status[field] ?? '–')
  const { streak } = status
  return streak ? `${streak.face} ×${streak.length}` : 'none'
}

/**
 * What a count was before; undefined if it is the same, or if there was no status.
 * @param {CoinFlipStatus | undefined} before
 * @param {CoinFlipStatus | undefined} after
 * @param {Count} field
 */
export function formerCount(before, after, field) {
  if (!before || !after) return undefined
  const was = shownCount(before, field)
  return was === shownCount(after, field) ? undefined : was
}

/**
 * @param {CoinFlipStatus | undefined} status
 * @returns {readonly Condition[]}
 */
export function conditionsOf(status) {
  return Array.isArray(status?.conditions) ? status.conditions : []
}

/**
 * @param {CoinFlipStatus | undefined} status
 * @param {string} type
 * @returns {Condition | undefined}
 */
export function conditionOf(status, type) {
  return conditionsOf(status).find((condition) => condition.type === type)
}

/**
 * What a condition was before, as in `True, Published`; undefined if it is the same.
 * @param {CoinFlipStatus | undefined} before
 * @param {Condition} now
 */
export function formerCondition(before, now) {
  const was = conditionOf(before, now.type)
  if (!was || (was.status === now.status && was.reason === now.reason)) return undefined
  return `${was.status}, ${was.reason}`
}

/**
 * What changed, in a sentence for who does not see it; empty if nothing did.
 * @param {CoinFlipStatus | undefined} before
 * @param {CoinFlipStatus} after
 */
export function spoken(before, after) {
  const { flips } = after
  const sentences = before?.flips === flips ? [] : [`${flips} flip${flips === 1 ? '' : 's'}.`]
  for (const { type, status, reason } of conditionsOf(after)) {
    const was = conditionOf(before, type)
    if (was && (was.status !== status || was.reason !== reason))
      sentences.push(`${type} is ${status}: ${reason}.`)
  }
  return sentences.join(' ')
}
