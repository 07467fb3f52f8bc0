import t from 'tap'
import { faultsOf, judge, type StoredMessage, thirdTails } from '../../hack/lib/oracle.ts'

t.test('counts the third tail of each run, and no other', async (t) => {
  for (const [letters, places] of [
    ['', []],
    ['TT', []],
    ['HTTHT', []],
    ['TTT', [3]],
    ['TTTTTT', [3]],
    ['TTTHTTT', [3, 7]],
    ['HTTHTTTTHHTTT', [7, 13]],
  ] as const)
    t.same(thirdTails(letters), places, letters || 'no flips')
})

/** Messages as `uid.flip#ordinal`, in the order of the stream. */
function stream(...messages: string[]): StoredMessage[] {
  return messages.map((text, i) => {
    const [id = '', ordinal] = text.split('#')
    const data = { flip: Number(id.split('.')[1]), ordinal: Number(ordinal), generation: 1 }
    return { sequence: i + 1, subject: `prefix.default.${id}`, event: { id, data } }
  })
}

t.test('finds every difference between the stream and the flips', async (t) => {
  const both = ['a.3#1', 'a.7#2']
  for (const [name, letters, messages, expected, faults] of [
    ['no flips', '', stream(), 0, []],
    ['no milestone', 'HTTHT', stream(), 0, []],
    ['a longer run is one milestone', 'TTTTTT', stream('a.3#1'), 1, []],
    ['two milestones', 'TTTHTTT', stream(...both), 2, []],
    ['the first is lost', 'TTTHTTT', stream('a.7#2'), 2, ['lost: a.3']],
    ['the last is lost', 'TTTHTTT', stream('a.3#1'), 2, ['lost: a.7']],
    ['all are lost', 'TTTHTTT', stream(), 2, ['lost: a.3', 'lost: a.7']],
    ['a duplicate', 'TTTHTTT', stream(...both, 'a.7#2'), 2, ['stored more than once: a.7']],
    ['a wrong order', 'TTTHTTT', stream('a.7#2', 'a.3#1'), 2, ['out of order: a']],
    ['a fourth tail', 'TTTT', stream('a.3#1', 'a.4#2'), 1, ['no such milestone: a.4']],
    ['another object', 'TTT', stream('a.3#1', 'b.3#1'), 1, ['no such milestone: b.3']],
    ['a wrong ordinal', 'TTT', stream('a.3#2'), 1, ['no such milestone: a.3']],
  ] as const) {
    const verdict = judge([{ uid: 'a', letters }], messages)
    t.equal(verdict.expected, expected, name)
    t.equal(verdict.stored, messages.length, name)
    t.same(faultsOf(verdict), faults, name)
  }
  const [message] = stream('a.3#1')
  const elsewhere = [{ ...message, subject: 'prefix.default.a.4' }] as StoredMessage[]
  t.same(faultsOf(judge([{ uid: 'a', letters: 'TTT' }], elsewhere)), ['no such milestone: a.3'])
})
