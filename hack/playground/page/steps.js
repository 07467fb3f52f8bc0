import { conditionOf } from './changes.js'

/** @import { CoinFlipStatus } from './types.ts' */

/** @typedef {'stored' | 'away' | 'healed' | 'gone'} Step */

/**
 * Which steps of the introduction are done after a status that was answered; `done` is what was
 * done before it.
 * @param {ReadonlySet<Step>} done
 * @param {CoinFlipStatus} status
 * @returns {Set<Step>}
 */
export function stepsAfter(done, status) {
  const next = new Set(done)
  const notified = conditionOf(status, 'Notified')
  if (status.notifications > 0) next.add('stored')
  if (notified?.reason === 'BrokerUnavailable') next.add('away')
  if (done.has('away') && notified?.reason === 'Published') next.add('healed')
  return next
}
