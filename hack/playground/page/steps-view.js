import { byId, icon, make } from './dom.js'
import { stepsAfter } from './steps.js'

/**
 * @import { CoinFlipStatus } from './types.ts'
 * @import { Step } from './steps.js'
 */

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
