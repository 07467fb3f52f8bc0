/** @import { CoinFlipObject } from './types.ts' */

const key = 'coinflips'

/**
 * Keeps the objects over a reload of the page, for one run of the playground: the next one has
 * another broker, and what the objects say of it would be wrong.
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
 * @param {string} run
 */
export function createStore(storage, run) {
  return {
    /** @returns {CoinFlipObject[]} */
    load() {
      try {
        const kept = JSON.parse(storage.getItem(key) ?? '{}')
        return kept.run === run ? kept.objects : []
      } catch {
        return []
      }
    },
    /** @param {readonly CoinFlipObject[]} objects */
    save(objects) {
      try {
        storage.setItem(key, JSON.stringify({ run, objects }))
      } catch {
        // No room, or not allowed: then a reload begins anew.
      }
    },
  }
}
