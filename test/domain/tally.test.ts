import t from 'tap'
import { tally } from '../../server/domain/tally.ts'
import { faces } from '../lib/coinflip.ts'

for (const [name, letters, milestones] of [
  ['no flip is no milestone', '', []],
  ['two tails are not three', 'TT', []],
  ['the third tail is a milestone, places count from 1', 'TTT', [3]],
  ['a fourth tail is no second milestone', 'TTTT', [3]],
  ['six tails are one milestone', 'TTTTTT', [3]],
  ['a head begins a new run', 'TTTHTTT', [3, 7]],
  ['a head breaks a run', 'TTHTTHT', []],
  ['three heads are no milestone', 'HHH', []],
  ['a run may end the history', 'HHTTT', [5]],
] as const)
  t.same(tally(faces(letters)).milestones, milestones, name)

for (const [name, letters, counts] of [
  ['an empty history has no streak', '', { flips: 0, heads: 0, tails: 0 }],
  [
    'a streak is the run at the end',
    'TTHHH',
    { flips: 5, heads: 3, tails: 2, streak: { face: 'Heads', length: 3 } },
  ],
  [
    'one flip is a streak of one',
    'T',
    { flips: 1, heads: 0, tails: 1, streak: { face: 'Tails', length: 1 } },
  ],
] as const)
  t.same(tally(faces(letters)), { ...counts, milestones: [] }, name)

t.test('finds the same milestones as an independent search in the longest history', async (t) => {
  const letters = 'TTTH'.repeat(2_500)
  const found = [...letters.matchAll(/T+/g)].filter(([run]) => run.length >= 3)
  t.equal(found.length, 2_500)
  t.same(
    tally(faces(letters)).milestones,
    found.map(({ index }) => index + 3),
  )
})

t.test('only adds milestones for appended flips', async (t) => {
  const letters = 'TTTTHTTHTTTHHTTTTTTHT'
  for (let length = 1; length <= letters.length; length += 1) {
    const before = tally(faces(letters.slice(0, length - 1))).milestones
    const after = tally(faces(letters.slice(0, length))).milestones
    t.same(after.slice(0, before.length), before, `${length} flips keep what ${length - 1} had`)
  }
})
