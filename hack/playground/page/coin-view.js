import { byId } from './dom.js'

/** @import { Face } from './types.ts' */

const spinMs = 700
const turns = 3

/** The big coin, which spins with a flip unless the user prefers reduced motion. */
export function createCoin() {
  const coin = byId('coin', HTMLElement)
  const still = matchMedia('(prefers-reduced-motion: reduce)')

  /** @param {Face | undefined} face */
  const angleOf = (face) => (face === 'Tails' ? 180 : 0)
  let angle = 0

  return {
    /** @param {Face | undefined} face @param {boolean} spin */
    show(face, spin) {
      coin.dataset.face = face ?? 'none'
      const end = angleOf(face)
      if (spin && !still.matches) {
        const from = `rotateX(${angle - turns * 360}deg)`
        const to = `rotateX(${end}deg)`
        const high = { transform: `translateY(-28%) rotateX(${(angle + end) / 2 - 540}deg)` }
        const options = { duration: spinMs, easing: 'cubic-bezier(.2,.7,.3,1)' }
        coin.animate([{ transform: from }, high, { transform: to }], options)
      }
      angle = end
    },
  }
}
