import Type, { type Static, type TSchema } from 'typebox'
import type { DeclaredOf } from './composite.ts'
import type { SelectionOf } from './customize.ts'
import type { Decorator, ObjectOf } from './declaration.ts'
import type { DesiredOf } from './desired.ts'
import type { ObjectsOf } from './objects.ts'
import type { Awaitable, Shape } from './routes.ts'

type KindOf<K, Name> = K extends { kind: infer Given extends string } ? Given : Name

/** An object of one of the decorated kinds; `kind` tells them apart. */
type DecoratedOf<C extends Decorator> = {
  [N in keyof C['resources']]: ObjectOf<C['resources'][N]> & { kind: KindOf<C['resources'][N], N> }
}[keyof C['resources']]

type AttachmentsOf<C> = DeclaredOf<C, 'attachments'>

/** A sync or finalize call. */
export interface DecoratorCall<C extends Decorator> {
  /** The decorated object as it is stored. */
  object: DecoratedOf<C>
  /** The objects that this controller has added to it, by kind. */
  attachments: ObjectsOf<AttachmentsOf<C>>
  /** The objects that `customize` selected, by kind. */
  related: ObjectsOf<DeclaredOf<C, 'related'>>
  /** Whether the object is being deleted, or no longer matches the selectors. */
  finalizing: boolean
}

/** What a DecoratorController adds to an object. */
export interface DecoratorAnswer<Attachments = object, Status = never> {
  /** Labels to set; null removes one, others stay. */
  labels?: Readonly<Record<string, string | null>> | undefined
  /** Annotations to set; null removes one, others stay. */
  annotations?: Readonly<Record<string, string | null>> | undefined
  /** Replaces the whole status; without it, it stays. */
  status?: Status | undefined
  /** Objects that should exist, by kind; Metacontroller deletes the others that it has added. */
  attachments?: DesiredOf<Attachments> | undefined
  /** When above 0, Metacontroller syncs this object again after as many seconds. */
  resyncAfterSeconds?: number | undefined
}

type AnswerOf<C> = DecoratorAnswer<
  AttachmentsOf<C>,
  C extends { status: infer S extends TSchema } ? Static<S> : never
>

interface Sync<C extends Decorator> {
  /** Called for each sync. An exception is answered with 500 and logged. */
  sync(call: DecoratorCall<C>): Awaitable<AnswerOf<C>>
}

interface Finalize<C extends Decorator> {
  /** Called for an object in deletion, and for one that no longer matches the selectors. */
  finalize(call: DecoratorCall<C>): Awaitable<AnswerOf<C> & { finalized: boolean }>
  /**
   * Called with an object in deletion that does not match its schema, of any shape: an answer allows
   * the deletion, undefined refuses it with 400, so that the object stays until it is fixed.
   */
  finalizeInvalid?: ((object: unknown) => Omit<AnswerOf<C>, 'attachments'> | undefined) | undefined
}

interface Customize<C extends Decorator> {
  /**
   * Selects related objects, by kind. Metacontroller keeps the answer for each generation of the
   * object, for 20 minutes where the kind has no generation: it may depend on nothing but the spec.
   */
  customize(call: { object: DecoratedOf<C> }): Awaitable<SelectionOf<DeclaredOf<C, 'related'>>>
}

/** The functions behind the hooks of a DecoratorController: those that it declares. */
export type DecoratorHooks<C extends Decorator> = Sync<C> &
  (C extends { finalize: true } ? Finalize<C> : { finalize?: undefined }) &
  (C extends { related: object } ? Customize<C> : { customize?: undefined })

/** Builds the schema of an object of a declared kind; each kind may have a schema of its own. */
function buildObjectSchema(resources: Decorator['resources']): TSchema {
  const kinds = Object.entries(resources).map(([key, { kind = key, ...rest }]) => ({
    ...rest,
    kind,
  }))
  const rules = kinds.flatMap(({ apiVersion, kind, schema }) => {
    const properties = { apiVersion: { const: apiVersion }, kind: { const: kind } }
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    return schema ? [{ if: { properties }, then: schema }] : []
  })
  const names = [...new Set(kinds.map(({ kind }) => kind))]
  return Type.Unsafe({
    type: 'object',
    required: ['kind', 'metadata'],
    properties: { kind: { type: 'string', enum: names }, metadata: { type: 'object' } },
    ...(rules.length > 0 && { allOf: rules }),
  })
}

const strings = (description: string) =>
  Type.Optional(
    Type.Unsafe({
      type: 'object',
      description,
      additionalProperties: { type: 'string', nullable: true },
    }),
  )

/** The shape of the calls and answers of a DecoratorController. */
export function decoratorShape(controller: Decorator): Shape {
  const { resources, attachments, related, status, finalize } = controller
  return {
    subject: 'object',
    children: 'attachments',
    schema: buildObjectSchema(resources),
    answer: {
      labels: strings('Labels to set; null removes one.'),
      annotations: strings('Annotations to set; null removes one.'),
      ...(status && { status: Type.Optional(status) }),
    },
    childKinds: attachments,
    related,
    finalize: finalize === true,
  }
}
