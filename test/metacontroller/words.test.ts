import fc from 'fast-check'
import t from 'tap'
import Type from 'typebox'
import { CoinFlip } from '../../server/domain/coinflip.ts'
import { createCallParser } from '../../server/metacontroller/body.ts'
import { createWordArrayParser, findWordArray } from '../../server/metacontroller/words.ts'

const flips = { path: ['spec', 'flips'], words: ['Heads', 'Tails'] }
/** Beyond the length from which it pays. */
const padding = { padding: 'x'.repeat(8_192) }

t.test('the array is found in the schema of a parent', async (t) => {
  t.same(findWordArray(CoinFlip), flips)
  const listOf = (items: unknown[]) =>
    Type.Object({ list: Type.Array(Type.Enum(items as string[])) })
  for (const [name, schema, wanted] of [
    ['no array', Type.Object({ a: Type.String() }), undefined],
    ['an array of strings', Type.Object({ a: Type.Array(Type.String()) }), undefined],
    ['numbers', listOf([1, 6]), undefined],
    ['words and a number', listOf(['one', 6]), undefined],
    ['words that begin alike', listOf(['Tails', 'Tie']), undefined],
    ['a word that JSON would escape', listOf(['a"', 'b']), undefined],
    ['words', listOf(['a', 'b']), { path: ['list'], words: ['a', 'b'] }],
  ] as const)
    t.same(findWordArray(schema), wanted, name)
})

const word = fc.constantFrom('Heads', 'Tails')
const key = fc.oneof(
  fc.constantFrom('flips', 'spec', 'other', 'flips":['),
  fc.string({ maxLength: 3 }),
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.integer(), fc.constantFrom('Heads', '"flips":["Heads"]', '\\', '"'), fc.string()),
    fc.array(word, { maxLength: 6 }),
    fc.array(fc.oneof(word, word, tie('value')), { maxLength: 6 }),
    fc.dictionary(
      key.filter((text) => !text.endsWith('\\')),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}))

t.test('a call is what JSON.parse makes of it, wherever arrays of words stand', async (t) => {
  let read = 0
  const parseText = (text: string) => {
    if (!text.includes('["Heads"') && !text.includes('["Tails"')) read += 1
    return JSON.parse(text)
  }
  const parse = createWordArrayParser(flips, parseText)
  const parent = fc.oneof(
    value,
    fc.record({ before: value, spec: fc.record({ a: value, flips: fc.array(word), b: value }) }),
    fc.record({ spec: fc.record({ flips: value }), flips: value }),
  )
  fc.assert(
    fc.property(parent, value, (parent, rest) => {
      const text = JSON.stringify({ parent, rest, ...padding })
      return JSON.stringify(parse(Buffer.from(text), 0)) === text
    }),
    { numRuns: 5000 },
  )
  t.ok(read > 500, 'of many of them an array was read apart')
})

t.test('what JSON.stringify would not write is read as well', async (t) => {
  const call = (parent: string) => `{"parent":${parent},"padding":"${padding.padding}"}`
  for (const text of [
    '{"spec":{"flips":["Heads"],"flips":["Tails"]}}',
    '{"spec":{"flips":["Heads"]},"spec":{"flips":["Tails","Tails"]}}',
    '{"spec":{"flips":["Heads"]},"spec":{}}',
    '{"flips":["Heads"],"spec":{"flips":["Tails"]}}',
    '{"spec":{"flips":[ "Heads" , "Tails" ]}}',
    '{"spec":{"flips":["\\u0048eads"]}}',
    '{"spec":{"flips":["Heads"],"\\u0066lips":["Tails"]}}',
    '{"a":"\\"flips\\":[\\"Heads\\"]","spec":{"flips":["Tails"]}}',
    '{"spec":{"flips":[]}}',
    '{"spec":{"flips":["Heads",1]}}',
    '{"spec":{"flips":["Head","Tailsx","Headsy"]}}',
    '{"spec":["flips",["Heads"]]}',
    '{"spec":[{"flips":["Heads"]}]}',
    '[{"flips":["Heads"]}]',
    '"spec"',
    'null',
  ])
    t.same(createCallParser(flips)(Buffer.from(call(text))), JSON.parse(call(text)), text)
})

t.test('what is no JSON is refused, in the array and behind it', async (t) => {
  const refused = Object.assign(new Error(), { statusCode: 400 })
  const whole = `{"padding":"${padding.padding}","parent":{"spec":{"flips":["Heads","Tails"]}}}`
  for (const text of [
    whole.replace(',"Tails"', ','),
    whole.replace('"Heads",', '"Heads"'),
    whole.replace('"Tails"]', '"Tails",]'),
    whole.replace('"Tails"]', '"Tails}'),
    whole.replace('"Heads"', "'Heads'"),
    whole.replace('"flips"', 'flips'),
    whole.replace(']}}}', ']}'),
    `${whole}}`,
    ...Array.from({ length: 30 }, (_, i) => whole.slice(0, -1 - i)),
  ])
    t.throws(() => createCallParser(flips)(Buffer.from(text)), refused, text.slice(-60))
})
