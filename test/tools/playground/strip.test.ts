import t from 'tap'
import { isStored, piecesOf } from '../../../hack/playground/page/strip.js'
import { tally } from '../../../server/domain/tally.ts'
import { faces } from '../../lib/coinflip.ts'

/** As in `H [TTT1] T`: the coins of a run together, with its number. */
function drawn(letters: string): string {
  const pieces = piecesOf(faces(letters)).map(({ coins, ordinal }) => {
    const text = coins.map(({ face }) => face.charAt(0)).join('')
    return ordinal === undefined ? text : `[${text}${ordinal}]`
  })
  return pieces.join(' ')
}

t.test('marks each run of tails once, at its first three', async (t) => {
  for (const [letters, expected] of [
    ['', ''],
    ['HTT', 'H T T'],
    ['TTT', '[TTT1]'],
    ['HTTTT', 'H [TTT1] T'],
    ['TTTTTT', '[TTT1] T T T'],
    ['TTTHTTTH', '[TTT1] H [TTT2] H'],
    ['TTHTT', 'T T H T T'],
  ] as const)
    t.equal(drawn(letters), expected, letters)
})

t.test('marks the milestones that the service finds, and shows every flip', async (t) => {
  // Every history of ten flips.
  for (let bits = 0; bits < 1024; bits++) {
    const letters = bits.toString(2).padStart(10, '0').replaceAll('0', 'H').replaceAll('1', 'T')
    const flips = faces(letters)
    const pieces = piecesOf(flips)
    const marks = pieces.flatMap(({ coins, ordinal }) => (ordinal ? [coins.at(-1)?.place] : []))
    const places = pieces.flatMap(({ coins }) => coins.map(({ place }) => place))
    const right =
      String(marks) === String(tally(flips).milestones) &&
      String(places) === String(flips.map((_, i) => i + 1))
    if (!right) t.fail(`${letters}: marks at ${marks}, places ${places}`)
  }
})

t.test('shows a message as stored when the status counts it', async (t) => {
  t.notOk(isStored(1, undefined))
  t.ok(isStored(2, { notifications: 2 }))
  t.notOk(isStored(3, { notifications: 2 }))
})
