import fc from 'fast-check'
import t from 'tap'
import { createCallParser } from '../../server/metacontroller/body.ts'

/** The value with every array of managed fields emptied. */
function withoutManagedFields(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, each) =>
    key === 'managedFields' && Array.isArray(each) ? [] : each,
  )
}

const hard = fc.constantFrom(
  'managedFields',
  '"managedFields":[',
  '\\',
  '"',
  ',"managedFields',
  '[{',
)
// No key ends in a backslash: once V8 13.6 has parsed {"x":1,"\\":2}, its JSON.parse takes the key
// of {"x":1,"\"":2} for that one.
const key = fc.oneof(fc.string(), hard).map((text) => (text.endsWith('\\') ? `${text}end` : text))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.integer(), fc.string(), hard, fc.constant(null), fc.boolean()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}))

t.test('a call is what JSON.parse makes of it, without managed fields', async () => {
  fc.assert(
    fc.property(value, fc.array(value, { minLength: 1, maxLength: 3 }), (controller, parents) => {
      const parse = createCallParser()
      for (const [i, parent] of parents.entries()) {
        const call = { controller: { a: controller }, parent, finalizing: false }
        const parsed = parse(Buffer.from(JSON.stringify(call))) as Partial<typeof call>
        const wanted = withoutManagedFields(call) as Partial<typeof call>
        // What was in the call before is left out.
        if (i > 0) delete wanted.controller
        if (JSON.stringify(parsed) !== JSON.stringify(wanted)) return false
      }
      return true
    }),
    { numRuns: 3000 },
  )
})

t.test('what is no JSON is refused, whatever came before', async (t) => {
  const parse = createCallParser()
  parse(Buffer.from('{"controller":{},"parent":{}}'))
  for (const text of [
    '',
    '{',
    'null,',
    '{"controller":{},',
    '{"managedFields":[',
    '{"controller":{',
  ]) {
    t.throws(() => parse(Buffer.from(text)), Object.assign(new Error(), { statusCode: 400 }), text)
  }
  t.same(parse(Buffer.from('{"controller":{},"parent":1}')), { parent: 1 })
  t.equal(parse(Buffer.from('null')), null)
})
