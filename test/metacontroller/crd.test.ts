import t from 'tap'
import Type, { type TSchema } from 'typebox'
import { crdOf, defineComposite } from '../../server/metacontroller/index.ts'

const status = Type.Object({ ready: Type.Boolean() })
const define = (spec: TSchema, parts: object = {}) =>
  defineComposite({
    name: 'kettle',
    parent: {
      apiVersion: 'kitchen.example.com/v1',
      kind: 'Kettle',
      resource: 'kettles',
      schema: Type.Object({ spec }),
      status,
      crd: {},
      ...parts,
    },
  })

t.test('builds a CRD from the schemas of the parent', async (t) => {
  const spec = Type.Object({ celsius: Type.Number() })
  const column = { name: 'Ready', type: 'boolean', jsonPath: '.status.ready' } as const
  const crd = { description: 'A kettle.', shortNames: ['k'], columns: [column] }
  const built = crdOf(define(spec, { scope: 'Cluster', crd }))
  t.equal(built.metadata.name, 'kettles.kitchen.example.com')
  t.match(built.spec, {
    group: 'kitchen.example.com',
    scope: 'Cluster',
    names: { kind: 'Kettle', plural: 'kettles', singular: 'kettle', shortNames: ['k'] },
    versions: [{ name: 'v1', subresources: { status: {} }, additionalPrinterColumns: [column] }],
  })
  const { openAPIV3Schema } = built.spec.versions[0]?.schema ?? {}
  t.match(openAPIV3Schema, { description: 'A kettle.', required: ['spec'], properties: { spec } })
})

t.test('declares the field of the status that Metacontroller adds', async (t) => {
  const [version] = crdOf(define(Type.Object({}))).spec.versions
  const observedGeneration = { type: 'integer', format: 'int64' }
  t.match(version?.schema.openAPIV3Schema.properties.status, {
    properties: { observedGeneration, ready: { type: 'boolean' } },
  })
})

t.test('there is no CRD for a kind of the API server', async (t) => {
  const controller = define(Type.Object({}), { apiVersion: 'v1', kind: 'Pod', crd: undefined })
  t.throws(() => crdOf(controller), { message: /^Pod: / })
})

t.test('refuses a schema that makes no structural CRD, and names the field', async (t) => {
  for (const [name, field, message] of [
    [
      'a union of literals',
      Type.Union([Type.Literal('on'), Type.Literal('off')]),
      'Kettle.spec.field: a field of a CRD needs one type, which a union has not',
    ],
    [
      'a literal',
      Type.Literal('on'),
      `Kettle.spec.field: a CRD has no "const"; write Type.Enum(['value'], { type: 'string' })`,
    ],
    [
      'an enum without a type',
      Type.Enum(['on', 'off']),
      "Kettle.spec.field: an enum needs a type: Type.Enum([...], { type: 'string' })",
    ],
    [
      'a record',
      Type.Record(Type.String(), Type.String()),
      'Kettle.spec.field: a CRD has no "patternProperties"; write ' +
        "Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties })",
    ],
    [
      'an unknown value',
      Type.Unknown(),
      'Kettle.spec.field: a field of a CRD needs one type, which this has not',
    ],
    [
      'null',
      Type.Null(),
      'Kettle.spec.field: the type of a field of a CRD is not "null"; use nullable for null',
    ],
    [
      'a closed object',
      Type.Object({}, { additionalProperties: false }),
      'Kettle.spec.field: additionalProperties: false is not allowed; the API server drops ' +
        'unknown fields anyway',
    ],
    [
      'an open object with fields',
      Type.Object({ a: Type.String() }, { additionalProperties: Type.String() }),
      'Kettle.spec.field: properties and additionalProperties exclude each other in a CRD',
    ],
    [
      'a tuple',
      Type.Unsafe({ type: 'array', items: [Type.String()] }),
      'Kettle.spec.field: the items of an array in a CRD have one schema',
    ],
    [
      'an exclusive limit',
      Type.Number({ exclusiveMinimum: 0 }),
      'Kettle.spec.field: exclusive limits of a CRD are booleans beside minimum and maximum',
    ],
    [
      'a type inside anyOf',
      Type.Unsafe({ type: 'string', anyOf: [{ type: 'string', pattern: 'a' }] }),
      'Kettle.spec.field: a schema inside anyOf, oneOf, allOf or not has "type"',
    ],
    [
      'a field that is only inside oneOf',
      Type.Unsafe({ type: 'object', oneOf: [{ properties: { a: {} } }] }),
      'Kettle.spec.field: the field a is only inside anyOf, oneOf, allOf or not',
    ],
    [
      'a fault deep inside',
      Type.Array(Type.Object({ a: Type.Unsafe({ type: 'object', additionalProperties: {} }) })),
      'Kettle.spec.field[].a.*: a field of a CRD needs one type, which this has not',
    ],
  ] as const)
    t.throws(() => define(Type.Object({ field })), { message }, name)
})

t.test('accepts what Kubernetes adds to schemas', async (t) => {
  t.doesNotThrow(() =>
    define(
      Type.Object({
        port: Type.Unsafe<string | number>({
          anyOf: [{ type: 'integer' }, { type: 'string' }],
          'x-kubernetes-int-or-string': true,
        }),
        raw: Type.Unsafe<object>({
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
        }),
        labels: Type.Unsafe<Record<string, string>>({
          type: 'object',
          additionalProperties: { type: 'string' },
        }),
      }),
    ),
  )
})

t.test('accepts any schema of a kind whose CRD belongs to somebody else', async (t) => {
  t.doesNotThrow(() => define(Type.Object({ a: Type.Unknown() }), { crd: undefined }))
})
