import type { Face, Streak } from './coinflip.ts'

/** The counts of a history of flips. `milestones` are 1-based places, ascending. */
export interface Tally {
  flips: number
  heads: number
  tails: number
  streak?: Streak
  milestones: number[]
}

/** A run of tails is a milestone when it reaches this length; once, however long it becomes. */
export const milestoneLength = 3

/** Counts a history, oldest flip first, in one pass. */
export function tally(flips: readonly Face[]): Tally {
  const milestones: number[] = []
  let heads = 0
  let length = 0
  let last: Face | undefined
  flips.forEach((face, i) => {
    if (face === 'Heads') heads += 1
    length = face === last ? length + 1 : 1
    last = face
    if (face === 'Tails' && length === milestoneLength) milestones.push(i + 1)
  })
  const counts = { flips: flips.length, heads, tails: flips.length - heads, milestones }
  return last === undefined ? counts : { ...counts, streak: { face: last, length } }
}
