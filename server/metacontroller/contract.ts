import Type, { type Static, type TSchema } from 'typebox'
import type { DesiredOf } from './desired.ts'

/** The answer of a sync hook. `status` replaces the parent's whole status. */
export interface SyncAnswer<Status, Children = object> {
  status: Status
  /** Objects that should exist, by kind; Metacontroller deletes the other children. */
  children?: DesiredOf<Children> | undefined
  /** When above 0, Metacontroller syncs this object again after as many seconds. */
  resyncAfterSeconds?: number | undefined
}

/** The answer of a finalize hook: the object is deleted once `finalized` is true. */
export interface FinalizeAnswer<Status, Children = object> extends SyncAnswer<Status, Children> {
  finalized: boolean
}

const anything = (description: string) => Type.Optional(Type.Unknown({ description }))

const SentObject = Type.Object({
  metadata: Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) }),
})

const sentObjects = (description: string) =>
  Type.Optional(
    Type.Unsafe<Record<string, Record<string, Static<typeof SentObject>>>>({
      type: 'object',
      description,
      additionalProperties: { type: 'object', additionalProperties: SentObject },
    }),
  )

/**
 * Builds the schema of a call with the given fields. It accepts unknown fields, since objects carry
 * labels, managed fields and what later versions add. `example` is one whole call, shown in the
 * OpenAPI description.
 */
export function buildCallSchema(fields: Record<string, TSchema>, example?: unknown): TSchema {
  return Type.Object(
    { ...fields, controller: anything('The CompositeController or DecoratorController.') },
    example === undefined ? {} : { examples: [example] },
  )
}

/** Builds the schema of a sync or finalize call, whose children are in the field of that name. */
export function buildSyncSchema(
  fields: Record<string, TSchema>,
  children: 'children' | 'attachments',
  example?: unknown,
): TSchema {
  const all = {
    ...fields,
    [children]: sentObjects('Existing children by Kind.group/version and namespace/name.'),
    related: sentObjects('Objects that a customize hook selected, by the same keys.'),
    finalizing: Type.Optional(
      Type.Boolean({ description: 'Whether the object is being deleted.' }),
    ),
  }
  return buildCallSchema(all, example)
}

/**
 * Builds the schemas of the answers with the given fields. No other field is ever sent: Metacontroller
 * (4.15 and later) decodes answers of v2 hooks strictly, and an unknown field fails the sync.
 */
export function buildAnswerSchemas(
  fields: Record<string, TSchema>,
  children: 'children' | 'attachments',
) {
  const answer = {
    ...fields,
    [children]: Type.Array(Type.Object({}, { additionalProperties: true }), {
      description: 'Objects that should exist.',
    }),
    resyncAfterSeconds: Type.Optional(
      Type.Number({ description: 'Seconds after which this object is synced again.', minimum: 0 }),
    ),
  }
  const finalized = Type.Boolean({ description: 'Whether the object may be deleted.' })
  const description = 'The desired state; `status` replaces the stored one.'
  return {
    sync: Type.Object(answer, { description }),
    finalize: Type.Object({ ...answer, finalized }, { description }),
  }
}

/** The API server names a string that breaks these; to check them here as well took 10 % of a call. */
const stringRules = ['format', 'maxLength', 'minLength', 'pattern']

/** Copies the schema of an answer without the rules for strings, to check answers by. */
export function withoutStringRules(schema: TSchema): TSchema {
  const keep = (key: string, value: unknown) =>
    stringRules.includes(key) && typeof value !== 'object' ? undefined : value
  return JSON.parse(JSON.stringify(schema, keep))
}

const closed = { additionalProperties: false }

const Selector = Type.Object(
  {
    matchLabels: Type.Optional(
      Type.Unsafe({ type: 'object', additionalProperties: { type: 'string' } }),
    ),
    matchExpressions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            key: Type.String(),
            operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist'], { type: 'string' }),
            values: Type.Optional(Type.Array(Type.String())),
          },
          closed,
        ),
      ),
    ),
  },
  closed,
)

const RelatedRule = Type.Object(
  {
    apiVersion: Type.String(),
    resource: Type.String(),
    names: Type.Optional(Type.Array(Type.String())),
    namespace: Type.Optional(Type.String()),
    labelSelector: Type.Optional(Selector),
    namespaceSelector: Type.Optional(Selector),
  },
  closed,
)

/** Schema of the answer of a customize hook. */
export const CustomizeAnswer = Type.Object(
  {
    relatedResources: Type.Array(RelatedRule, {
      description: 'Which objects are related: apiVersion, resource, and names or selectors.',
    }),
  },
  { description: 'Rules that select the related objects.' },
)

/** Body of every refusal: one short line, since it ends up in an Event on the object. */
export const ErrorBody = Type.Object({
  error: Type.String({ description: 'What is wrong, and where.' }),
})
export type ErrorBody = Static<typeof ErrorBody>
