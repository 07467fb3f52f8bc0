import { conditionOf } from './changes.js'

/** @import { CoinFlipStatus } from './types.ts' */

/** @typedef {'stored' | 'away' | 'healed' | 'gone'} Step */

/**
 * The steps of the introduction that are done after a response; `done` are those before it.
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
