/** @import { CoinFlipStatus, Condition } from './types.ts' */

/** The counts of a status in the order of display, with their labels. */
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
 * Formats a count.
 * @param {CoinFlipStatus | undefined} status
 * @param {Count} field
 */
export function shownCount(status, field) {
  if (!status) return '–'
  // A service under development may leave out any field.
  if (field !== 'streak') return String(status[field] ?? '–')
  const { streak } = status
  return streak ? `${streak.face} ×${streak.length}` : 'none'
}

/**
 * The former value of a count; undefined if it is unchanged or there was no status.
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
 * The former state of a condition, as in `True, Published`; undefined if it is unchanged.
 * @param {CoinFlipStatus | undefined} before
 * @param {Condition} now
 */
export function formerCondition(before, now) {
  const was = conditionOf(before, now.type)
  if (!was || (was.status === now.status && was.reason === now.reason)) return undefined
  return `${was.status}, ${was.reason}`
}

/**
 * Describes a change in a sentence for a screen reader; empty without a change.
 * @param {CoinFlipStatus | undefined} before
 * @param {CoinFlipStatus} after
 */
export function describeChange(before, after) {
  const { flips } = after
  const sentences = before?.flips === flips ? [] : [`${flips} flip${flips === 1 ? '' : 's'}.`]
  for (const { type, status, reason } of conditionsOf(after)) {
    const was = conditionOf(before, type)
    if (was && (was.status !== status || was.reason !== reason))
      sentences.push(`${type} is ${status}: ${reason}.`)
  }
  return sentences.join(' ')
}
