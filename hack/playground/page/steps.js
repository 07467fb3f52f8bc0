import { conditionOf } from './changes.js'
import { byId, icon, make } from './dom.js'

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

/** The introduction, which marks its steps as done. */
export function createSteps() {
  const list = byId('steps', HTMLOListElement)
  /** @type {ReadonlySet<Step>} */
  let done = new Set()

  /** @param {ReadonlySet<Step>} now */
  function show(now) {
    for (const step of now) {
      const item = done.has(step) ? null : list.querySelector(`[data-step="${step}"]`)
      item?.classList.add('done')
      item?.prepend(icon('check'), make('span', { class: 'unseen' }, 'Done: '))
    }
    done = now
  }

  return {
    /** @param {CoinFlipStatus} status */
    update: (status) => show(stepsAfter(done, status)),
    gone: () => show(new Set([...done, 'gone'])),
  }
}
