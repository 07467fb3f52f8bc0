import type { TSchema } from 'typebox'

type Schema = Readonly<Record<string, unknown>>

/** The fields of a schema in a CustomResourceDefinition; `x-kubernetes-` ones are allowed besides. */
const keywords = new Set([
  ...['type', 'format', 'title', 'description', 'default', 'nullable', 'enum', 'example'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'items'],
  ...['minProperties', 'maxProperties', 'required', 'properties', 'additionalProperties'],
  ...['allOf', 'anyOf', 'oneOf', 'not', 'externalDocs'],
])

/** What to write instead of a keyword that a CRD lacks, as TypeBox produces it. */
const instead: Record<string, string> = {
  const: "Type.Enum(['value'], { type: 'string' })",
  patternProperties:
    "Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties })",
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array']

/** Fields that a schema inside anyOf, oneOf, allOf or not may not have. */
const outsideOnly = ['type', 'description', 'default', 'nullable', 'additionalProperties']

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Says what is wrong with one schema, the ones in it aside. */
function findFault(schema: Schema): string | undefined {
  const unknown = Object.keys(schema).find(
    (k) => !keywords.has(k) && !k.startsWith('x-kubernetes-'),
  )
  if (unknown) {
    const hint = instead[unknown] ? `; write ${instead[unknown]}` : ''
    return `a CRD has no "${unknown}"${hint}`
  }
  const { type, properties, additionalProperties, exclusiveMinimum, exclusiveMaximum } = schema
  const isFree =
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    schema['x-kubernetes-int-or-string'] === true
  if (type === undefined && !isFree)
    return schema.enum
      ? "an enum needs a type: Type.Enum([...], { type: 'string' })"
      : `a field of a CRD needs one type, which ${schema.anyOf ? 'a union' : 'this'} has not`
  if (type !== undefined && !types.includes(type as string))
    return `the type of a field of a CRD is not ${JSON.stringify(type)}; use nullable for null`
  if (additionalProperties === false)
    return 'additionalProperties: false is not allowed; the API server drops unknown fields anyway'
  if (properties && additionalProperties)
    return 'properties and additionalProperties exclude each other in a CRD'
  if (type === 'array' && (!isSchema(schema.items) || Array.isArray(schema.items)))
    return 'the items of an array in a CRD have one schema'
  for (const limit of [exclusiveMinimum, exclusiveMaximum])
    if (typeof limit === 'number')
      return 'exclusive limits of a CRD are booleans beside minimum and maximum'
  return undefined
}

/** Says what is wrong with the schemas inside anyOf, oneOf, allOf and not, which only add limits. */
function findFaultInside(schema: Schema): string | undefined {
  const { allOf, anyOf, oneOf, not } = schema
  if (schema['x-kubernetes-int-or-string'] === true) return undefined
  for (const inner of [allOf, anyOf, oneOf, not].flat().filter(isSchema)) {
    const field = outsideOnly.find((name) => name in inner)
    if (field) return `a schema inside anyOf, oneOf, allOf or not has "${field}"`
    const outer = (schema.properties ?? {}) as Schema
    const only = Object.keys((inner.properties ?? {}) as Schema).find((name) => !(name in outer))
    if (only) return `the field ${only} is only inside anyOf, oneOf, allOf or not`
  }
  return undefined
}

function check(place: string, schema: Schema): void {
  const fault = findFault(schema) ?? findFaultInside(schema)
  if (fault) throw new Error(`${place}: ${fault}`)
  for (const [name, field] of Object.entries((schema.properties ?? {}) as Record<string, Schema>))
    check(`${place}.${name}`, field)
  if (isSchema(schema.items)) check(`${place}[]`, schema.items)
  if (isSchema(schema.additionalProperties)) check(`${place}.*`, schema.additionalProperties)
}

/** The schemas of a kind of one's own, as its declaration has them. */
export interface OwnSchemas {
  schema: TSchema
  status: TSchema
  crd?: { readonly spec?: TSchema | undefined }
}

/** The schema of the spec for the CRD: its own, or else that of calls. */
export function findSpecSchema({ schema, crd }: OwnSchemas): TSchema | undefined {
  const { properties } = schema as { properties?: Record<string, TSchema> }
  return crd?.spec ?? properties?.spec
}

/**
 * Checks that the schemas of spec and status make a structural CRD, which is the only kind that the
 * API server accepts. Throws an Error that names the first field that does not.
 */
export function checkStructural(kind: string, parent: OwnSchemas): void {
  const spec = findSpecSchema(parent)
  if (spec) check(`${kind}.spec`, spec as Schema)
  check(`${kind}.status`, parent.status as Schema)
}
