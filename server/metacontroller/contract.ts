import Type, { type Static, type TSchema } from 'typebox'

/** The body that Metacontroller POSTs to a hook, as far as a hook reads it. */
export interface Call<Parent> {
  /** The object as it is stored, status and all. */
  parent: Parent
  /** Children by `apiVersion/kind`, then by `namespace/name`. */
  children?: unknown
  /** Objects that a customize hook selected. */
  related?: unknown
  /** Whether the object is being deleted. */
  finalizing?: boolean
}

/** The answer of a sync hook. `status` replaces the parent's whole status. */
export interface SyncAnswer<Status> {
  status: Status
  /** Objects that should exist; Metacontroller deletes the other children. */
  children?: readonly object[]
  /** When above 0, Metacontroller syncs this object again after as many seconds. */
  resyncAfterSeconds?: number | undefined
}

/** The answer of a finalize hook: the object is deleted once `finalized` is true. */
export interface FinalizeAnswer<Status> extends SyncAnswer<Status> {
  finalized: boolean
}

const anything = (description: string) => Type.Optional(Type.Unknown({ description }))

/**
 * Builds the schema of a call with the given parent. It accepts unknown fields, since objects carry
 * labels, managed fields and what later versions add. `example` is one whole call, shown in the
 * OpenAPI description.
 */
export function buildRequestSchema(parent: TSchema, example?: unknown): TSchema {
  return Type.Object(
    {
      parent,
      controller: anything('The CompositeController.'),
      children: anything('Existing children by apiVersion/kind and namespace/name.'),
      related: anything('Objects that a customize hook selected.'),
      finalizing: Type.Optional(
        Type.Boolean({ description: 'Whether the parent is being deleted.' }),
      ),
    },
    example === undefined ? {} : { examples: [example] },
  )
}

/**
 * Builds the schemas of the answers with the given status. No other field is ever sent: Metacontroller
 * (4.15 and later) decodes answers of v2 hooks strictly, and an unknown field fails the sync.
 */
export function buildAnswerSchemas(status: TSchema) {
  const answer = {
    status,
    children: Type.Array(Type.Object({}, { additionalProperties: true }), {
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

/** Body of every refusal: one short line, since it ends up in an Event on the object. */
export const ErrorBody = Type.Object({
  error: Type.String({ description: 'What is wrong, and where.' }),
})
export type ErrorBody = Static<typeof ErrorBody>
