import fc from 'fast-check'
import t from 'tap'
import Type from 'typebox'
import { createCallParser } from '../../server/metacontroller/body.ts'
import { createWordArrayParser, findWordArray } from '../../server/metacontroller/words.ts'

const doors = { path: ['spec', 'doors'], words: ['open', 'shut'] }
/** Beyond the length from which it pays. */
const padding = { padding: 'x'.repeat(8_192) }

t.test('the array is found in the schema of a parent', async (t) => {
  const listOf = (items: unknown[]) =>
    Type.Object({ list: Type.Array(Type.Enum(items as string[])) })
  for (const [name, schema, wanted] of [
    ['no array', Type.Object({ a: Type.String() }), undefined],
    ['an array of strings', Type.Object({ a: Type.Array(Type.String()) }), undefined],
    ['numbers', listOf([1, 6]), undefined],
    ['words and a number', listOf(['one', 6]), undefined],
    ['words that begin alike', listOf(['shut', 'shy']), undefined],
    ['a word that JSON would escape', listOf(['a"', 'b']), undefined],
    ['words', listOf(['a', 'b']), { path: ['list'], words: ['a', 'b'] }],
  ] as const)
    t.same(findWordArray(schema), wanted, name)
})

const word = fc.constantFrom('open', 'shut')
const key = fc.oneof(
  fc.constantFrom('doors', 'spec', 'other', 'doors":['),
  fc.string({ maxLength: 3 }),
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.integer(), fc.constantFrom('open', '"doors":["open"]', '\\', '"'), fc.string()),
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
    if (!text.includes('["open"') && !text.includes('["shut"')) read += 1
    return JSON.parse(text)
  }
  const parse = createWordArrayParser(doors, parseText)
  const parent = fc.oneof(
    value,
    fc.record({ before: value, spec: fc.record({ a: value, doors: fc.array(word), b: value }) }),
    fc.record({ spec: fc.record({ doors: value }), doors: value }),
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
    '{"spec":{"doors":["open"],"doors":["shut"]}}',
    '{"spec":{"doors":["open"]},"spec":{"doors":["shut","shut"]}}',
    '{"spec":{"doors":["open"]},"spec":{}}',
    '{"doors":["open"],"spec":{"doors":["shut"]}}',
    '{"spec":{"doors":[ "open" , "shut" ]}}',
    '{"spec":{"doors":["\\u006fpen"]}}',
    '{"spec":{"doors":["open"],"\\u0064oors":["shut"]}}',
    '{"a":"\\"doors\\":[\\"open\\"]","spec":{"doors":["shut"]}}',
    '{"spec":{"doors":[]}}',
    '{"spec":{"doors":["open",1]}}',
    '{"spec":{"doors":["ope","shutx","openy"]}}',
    '{"spec":["doors",["open"]]}',
    '{"spec":[{"doors":["open"]}]}',
    '[{"doors":["open"]}]',
    '"spec"',
    'null',
  ])
    t.same(createCallParser(doors)(Buffer.from(call(text))), JSON.parse(call(text)), text)
})

t.test('what is no JSON is refused, in the array and behind it', async (t) => {
  const refused = Object.assign(new Error(), { statusCode: 400 })
  const whole = `{"padding":"${padding.padding}","parent":{"spec":{"doors":["open","shut"]}}}`
  for (const text of [
    whole.replace(',"shut"', ','),
    whole.replace('"open",', '"open"'),
    whole.replace('"shut"]', '"shut",]'),
    whole.replace('"shut"]', '"shut}'),
    whole.replace('"open"', "'open'"),
    whole.replace('"doors"', 'doors'),
    whole.replace(']}}}', ']}'),
    `${whole}}`,
    ...Array.from({ length: 30 }, (_, i) => whole.slice(0, -1 - i)),
  ])
    t.throws(() => createCallParser(doors)(Buffer.from(text)), refused, text.slice(-60))
})
