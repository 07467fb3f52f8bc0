import type { Static } from 'typebox'
import type { FinalizeAnswer, SyncAnswer } from './contract.ts'
import type { SelectionOf } from './customize.ts'
import type { Composite } from './declaration.ts'
import type { ObjectsOf } from './objects.ts'
import type { Awaitable, Shape } from './routes.ts'

/** The kinds that a controller declares under a name; none where it declares none. */
export type DeclaredOf<C, Name extends string> = C extends { [N in Name]: infer K } ? K : object

type ParentOf<C extends Composite> = Static<C['parent']['schema']>
type StatusOf<C extends Composite> = Static<C['parent']['status']>
type ChildrenOf<C> = DeclaredOf<C, 'children'>

/** A sync or finalize call. */
export interface CompositeCall<C extends Composite> {
  /** The object as it is stored, status and all. */
  parent: ParentOf<C>
  /** The existing children, by kind. */
  children: ObjectsOf<ChildrenOf<C>>
  /** The objects that `customize` selected, by kind. */
  related: ObjectsOf<DeclaredOf<C, 'related'>>
  /** Whether the parent is being deleted, or no longer has the labels of `labelSelector`. */
  finalizing: boolean
}

interface Sync<C extends Composite> {
  /** Called for each sync. An exception is answered with 500 and logged. */
  sync(call: CompositeCall<C>): Awaitable<SyncAnswer<StatusOf<C>, ChildrenOf<C>>>
}

interface Finalize<C extends Composite> {
  /** Called for an object in deletion, and for one that no longer has the labels. */
  finalize(call: CompositeCall<C>): Awaitable<FinalizeAnswer<StatusOf<C>, ChildrenOf<C>>>
  /**
   * Called with a parent in deletion that does not match its schema, of any shape: a status allows
   * the deletion, undefined refuses it with 400, so that the object stays until it is fixed.
   */
  finalizeInvalid?: ((parent: unknown) => StatusOf<C> | undefined) | undefined
}

interface Customize<C extends Composite> {
  /**
   * Selects related objects, by kind. Metacontroller keeps the answer for each generation of the
   * parent, so it may depend on nothing but the spec.
   */
  customize(call: { parent: ParentOf<C> }): Awaitable<SelectionOf<DeclaredOf<C, 'related'>>>
}

/** The functions behind the hooks of a CompositeController: those that it declares. */
export type CompositeHooks<C extends Composite> = Sync<C> &
  (C extends { finalize: true } ? Finalize<C> : { finalize?: undefined }) &
  (C extends { related: object } ? Customize<C> : { customize?: undefined })

/** The shape of the calls and answers of a CompositeController. */
export function compositeShape({ parent, children, related, finalize }: Composite): Shape {
  return {
    subject: 'parent',
    children: 'children',
    schema: parent.schema,
    answer: { status: parent.status },
    childKinds: children,
    related,
    finalize: finalize === true,
  }
}
