/** @import { CoinFlipObject } from './types.ts' */

const key = 'coinflips'

/**
 * Keeps the objects over a reload of the page, for one run of the playground: another run has another
 * broker, for which their statuses would be wrong.
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
 * @param {string} run
 */
export function createStore(storage, run) {
  return {
    /** @returns {CoinFlipObject[]} */
    load() {
      try {
        const saved = JSON.parse(storage.getItem(key) ?? '{}')
        return saved.run === run ? saved.objects : []
      } catch {
        return []
      }
    },
    /** @param {readonly CoinFlipObject[]} objects */
    save(objects) {
      try {
        storage.setItem(key, JSON.stringify({ run, objects }))
      } catch {
        // Full or forbidden: a reload then starts without objects.
      }
    },
  }
}
