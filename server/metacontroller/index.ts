/** Metacontroller's hooks for Fastify, for controllers of any kind; README.md describes them. */

export type { CompositeCall, CompositeHooks } from './composite.ts'
export {
  type Condition,
  readConditions,
  type StoredCondition,
  updateConditions,
  type Verdict,
} from './conditions.ts'
export { limitConnections } from './connections.ts'
export { ErrorBody, type FinalizeAnswer, type SyncAnswer } from './contract.ts'
export { type CrdDetails, crdOf, type PrinterColumn } from './crd.ts'
export type { Selection, SelectionOf } from './customize.ts'
export {
  type ChildKind,
  type Composite,
  type CompositeDeclaration,
  type Controller,
  type DecoratedKind,
  type Decorator,
  type DecoratorDeclaration,
  defineComposite,
  defineDecorator,
  finalizerOf,
  type Kind,
  type ObjectOf,
  type ParentKind,
  type UpdateStrategy,
} from './declaration.ts'
export type { DecoratorAnswer, DecoratorCall, DecoratorHooks } from './decorator.ts'
export type { Desired, DesiredOf } from './desired.ts'
export { createGate, type Gate, type Limits } from './gate.ts'
export type { KubeObject, LabelExpression, LabelSelector, ObjectMeta } from './kube.ts'
export { controllerOf, type HookAddress } from './manifest.ts'
export type { Objects, ObjectsOf } from './objects.ts'
export { type HookOptions, type HooksOf, metacontrollerHooks } from './plugin.ts'
export { buildServerOptions, type ServerSettings, type TlsOptions } from './server.ts'
