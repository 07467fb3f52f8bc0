import t from 'tap'
import { judge, thirdTails } from '../lib/oracle.ts'

t.test('the third tail of each run counts, and no other', async (t) => {
  for (const [letters, places] of [
    ['', []],
    ['TT', []],
    ['TTT', [3]],
    ['TTTTTT', [3]],
    ['TTTHTTT', [3, 7]],
    ['HTTHTTTTHHTTT', [7, 13]],
  ] as const)
    t.same(thirdTails(letters), places, letters || 'no flips')
})

const message = (sequence: number, flip: number, ordinal: number, uid = 'a') => ({
  sequence,
  subject: `coinflips.three-tails.default.${uid}.${flip}`,
  event: { id: `${uid}.${flip}`, data: { flip, ordinal, generation: 1 } },
})
const accepted = [{ uid: 'a', letters: 'TTTHTTT' }]
const clean = { expected: 2, stored: 2, lost: [], doubled: [], disordered: [], strange: [] }

t.test('a verdict finds what is wrong', async (t) => {
  const [first, second] = [message(1, 3, 1), message(2, 7, 2)]
  for (const [name, held, verdict] of [
    ['nothing, where all is right', [first, second], {}],
    ['a message that is lost', [first], { stored: 1, lost: ['a.7'] }],
    ['one that is there twice', [first, second, message(3, 7, 2)], { stored: 3, doubled: ['a.7'] }],
    ['two in the wrong order', [message(1, 7, 2), message(2, 3, 1)], { disordered: ['a'] }],
    ['one of no milestone', [first, second, message(3, 8, 3)], { stored: 3, strange: ['a.8'] }],
    ['one of no object', [first, second, message(3, 3, 1, 'b')], { stored: 3, strange: ['b.3'] }],
    ['a wrong ordinal', [first, message(2, 7, 3)], { strange: ['a.7'] }],
    ['another subject', [first, { ...second, subject: 'x.a.3' }], { strange: ['a.7'] }],
  ] as const)
    t.same(judge(accepted, held), { ...clean, ...verdict }, name)
})
