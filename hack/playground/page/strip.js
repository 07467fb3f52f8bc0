/** @import { Face } from './types.ts' */

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
