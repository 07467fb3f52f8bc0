import t from 'tap'
import { type Held, judge } from '../../hack/demo/verdict.ts'

/** Messages as `uid.flip#ordinal`, in the order of the stream. */
function stream(...messages: string[]): Held[] {
  return messages.map((text, i) => {
    const [id = '', ordinal] = text.split('#')
    const data = { flip: Number(id.split('.')[1]), ordinal: Number(ordinal), generation: 1 }
    return { sequence: i + 1, subject: `prefix.default.${id}`, event: { id, data } }
  })
}

t.test('the stream holds each third tail once, and nothing else', async (t) => {
  for (const [name, letters, held, expected, faults] of [
    ['nothing to tell', 'HTTHT', stream(), 0, []],
    ['no flips', '', stream(), 0, []],
    ['one', 'HTTT', stream('a.4#1'), 1, []],
    ['a longer run is one', 'TTTTTT', stream('a.3#1'), 1, []],
    ['two', 'TTTHTTT', stream('a.3#1', 'a.7#2'), 2, []],
    ['the first is missing', 'TTTHTTT', stream('a.7#2'), 2, ['missing: a.3']],
    ['the last is missing', 'TTTHTTT', stream('a.3#1'), 2, ['missing: a.7']],
    ['all are missing', 'TTTHTTT', stream(), 2, ['missing: a.3', 'missing: a.7']],
    ['one is there twice', 'TTT', stream('a.3#1', 'a.3#1'), 1, ['there 2 times: a.3']],
    [
      'a fourth tail has one of its own',
      'TTTT',
      stream('a.3#1', 'a.4#2'),
      1,
      ['not a milestone: a.4, sequence 2'],
    ],
    ['of another object', 'TTT', stream('a.3#1', 'b.3#1'), 1, ['not a milestone: b.3, sequence 2']],
    ['out of order', 'TTTHTTT', stream('a.7#2', 'a.3#1'), 2, ['out of order: a']],
    [
      'a wrong ordinal',
      'TTT',
      stream('a.3#2'),
      1,
      ['with wrong data {"flip":3,"ordinal":2,"generation":1}: a.3'],
    ],
  ] as const)
    t.same(judge([{ uid: 'a', letters }], held), { expected, faults }, name)

  const [message] = stream('a.3#1')
  const elsewhere = [{ ...message, subject: 'prefix.default.a.4' }] as Held[]
  t.same(judge([{ uid: 'a', letters: 'TTT' }], elsewhere).faults, [
    'on the wrong subject prefix.default.a.4: a.3',
  ])
})
