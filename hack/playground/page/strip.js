import { byId, icon, make, setText } from './dom.js'

/** @import { CoinFlipObject, Face } from './types.ts' */

/** @typedef {{ face: Face, place: number }} Coin */
/** @typedef {{ coins: Coin[], ordinal?: number }} Piece */

/**
 * Splits a history into pieces: the first three of each run of tails together, with the number of
 * the run, and every other coin alone. Places and numbers start at 1. It only marks them; the status
 * is the operator's.
 * @param {readonly Face[]} flips
 * @returns {Piece[]}
 */
export function piecesOf(flips) {
  /** @type {Piece[]} */
  const pieces = []
  let ordinal = 0
  let tails = 0
  for (const [i, face] of flips.entries()) {
    tails = face === 'Tails' ? tails + 1 : 0
    const coin = { face, place: i + 1 }
    if (tails !== 3) {
      pieces.push({ coins: [coin] })
      continue
    }
    ordinal += 1
    const two = pieces.splice(-2).flatMap(({ coins }) => coins)
    pieces.push({ coins: [...two, coin], ordinal })
  }
  return pieces
}

/**
 * Whether the stream has acknowledged the message of a run.
 * @param {number} ordinal
 * @param {{ notifications: number } | undefined} status
 */
export function isStored(ordinal, status) {
  return ordinal <= (status?.notifications ?? 0)
}

/** More would slow down each flip. */
const mostPieces = 120

/** @param {string} text */
function unseen(text) {
  return make('span', { class: 'unseen' }, text)
}

/** @param {Coin} coin */
function discOf({ face, place }) {
  const title = `flip ${place}: ${face}`
  const letter = make('span', { 'aria-hidden': 'true' }, face.charAt(0))
  return make('span', { class: `disc ${face.toLowerCase()}`, title }, letter, unseen(face))
}

/** @param {Piece} piece */
function itemOf({ coins, ordinal }) {
  const tag = ordinal === undefined ? undefined : make('span', { class: 'tag' })
  return make('li', {}, ...coins.map(discOf), tag)
}

/**
 * Labels a run of three with the state of its message.
 * @param {HTMLElement} item
 * @param {number} ordinal
 * @param {boolean} stored
 */
function label(item, ordinal, stored) {
  const words = stored ? 'stored' : 'waits'
  if (item.classList.contains(words)) return
  item.className = `run ${words}`
  item
    .querySelector('.tag')
    ?.replaceChildren(
      icon(stored ? 'letter' : 'clock'),
      unseen(', run of three, message '),
      `${ordinal} ${words}`,
    )
}

/** The history as a strip of coins, with the state of the message of each run of three. */
export function createStrip() {
  const strip = byId('strip', HTMLOListElement)
  const note = byId('strip-note', HTMLElement)
  /** Elements are reused, or a coin would not finish its animation. @type {Map<string, HTMLElement>} */
  let items = new Map()

  return {
    /** @param {CoinFlipObject} object @param {boolean} fresh whether the last flip is new */
    render({ metadata, spec, status }, fresh) {
      const pieces = piecesOf(spec.flips).slice(-mostPieces)
      const missing = (pieces[0]?.coins[0]?.place ?? 1) - 1
      const { length } = spec.flips
      const earlier = missing > 0 ? `The first ${missing} flips are not shown.` : ''
      setText(note, length === 0 ? 'No flips yet.' : earlier)
      strip.hidden = length === 0

      /** @type {Map<string, HTMLElement>} */
      const now = new Map()
      for (const piece of pieces) {
        const { coins, ordinal } = piece
        const key = [metadata.uid, ...coins.map(({ place }) => place)].join(' ')
        const known = items.get(key)
        const item = known ?? itemOf(piece)
        // Flips are only appended.
        if (!known) strip.append(item)
        if (ordinal !== undefined) label(item, ordinal, isStored(ordinal, status))
        now.set(key, item)
      }
      for (const [key, item] of items) if (!now.has(key)) item.remove()
      items = now
      const discs = strip.querySelectorAll('.disc')
      if (fresh) discs.item(discs.length - 1)?.classList.add('fresh')
      strip.scrollTop = strip.scrollHeight
    },
  }
}
