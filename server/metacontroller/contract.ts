import Type, { type Static, type TSchema } from 'typebox'

/** What Metacontroller POSTs to a hook, as far as a hook reads it. */
export interface Call<Parent> {
  /** The object as it is stored, status and all. */
  parent: Parent
  /** Children by `apiVersion/kind`, then by `namespace/name`. */
  children?: unknown
  /** What a customize hook asked for. */
  related?: unknown
  /** Whether the object is being deleted. */
  finalizing?: boolean
}

/** The answer of a sync hook. `status` replaces the parent's whole status. */
export interface SyncAnswer<Status> {
  status: Status
  /** Objects that should exist; those that exist beyond them are deleted. */
  children?: readonly object[]
  /** When above 0, this object is synced once more after so many seconds. */
  resyncAfterSeconds?: number
}

/** The answer of a finalize hook: the object goes once `finalized` is true. */
export interface FinalizeAnswer<Status> extends SyncAnswer<Status> {
  finalized: boolean
}

const anything = (description: string) => Type.Optional(Type.Unknown({ description }))

/**
 * Schema of a call with the given parent: lenient, since objects carry labels, managed fields and
 * whatever later versions add. `example` is one whole call, shown in the OpenAPI description.
 */
export function requestSchema(parent: TSchema, example?: unknown): TSchema {
  return Type.Object(
    {
      parent,
      controller: anything('The CompositeController.'),
      children: anything('Existing children by apiVersion/kind and namespace/name.'),
      related: anything('Objects that a customize hook asked for.'),
      finalizing: Type.Optional(
        Type.Boolean({ description: 'Whether the parent is being deleted.' }),
      ),
    },
    example === undefined ? {} : { examples: [example] },
  )
}

/**
 * Schemas of the answers with the given status. Nothing beyond them is ever sent: hooks of version
 * v2 are decoded strictly, an unknown field fails the sync (Metacontroller 4.15 and later).
 */
export function answerSchemas(status: TSchema) {
  const answer = {
    status,
    children: Type.Array(Type.Object({}, { additionalProperties: true }), {
      description: 'Objects that should exist.',
    }),
    resyncAfterSeconds: Type.Optional(
      Type.Number({ description: 'Sync this object again after so many seconds.', minimum: 0 }),
    ),
  }
  const finalized = Type.Boolean({ description: 'Whether the object may go.' })
  const description = 'What becomes of the object; `status` replaces the stored one.'
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
