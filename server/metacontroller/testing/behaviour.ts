import type { KubeObject } from '../kube.ts'
import type { ApiServer } from './api-server.ts'
import type { Values } from './values.ts'

/** A kind with its name, which a declaration has as a key. */
export type Named<K> = K & { kind: string }

/** Lists declared kinds with their names. */
export function nameKinds<K extends object>(
  kinds: Readonly<Record<string, K>> | undefined,
): Named<K>[] {
  return Object.entries(kinds ?? {}).map(([kind, declared]) => ({ kind, ...declared }))
}

/** An answer as the service sends it. */
export interface Answer {
  status?: Values | null
  children?: readonly KubeObject[] | null
  attachments?: readonly KubeObject[] | null
  labels?: Readonly<Record<string, string | null>> | null
  annotations?: Readonly<Record<string, string | null>> | null
  resyncAfterSeconds?: number | null
  finalized?: boolean | null
}

/** What a controller of either type does differently. */
export interface Behaviour {
  kinds: readonly Named<{ apiVersion: string; ignoreStatusChanges?: boolean }>[]
  childKinds: readonly Named<{ apiVersion: string }>[]
  finalizer: string
  subject: 'parent' | 'object'
  children: 'children' | 'attachments'
  /** Whether the selectors of the declaration select an object. */
  selects(object: KubeObject): boolean
  /** Whether a child without an owner belongs to an object. */
  wouldAdopt(parent: KubeObject, orphan: KubeObject): boolean
  /** The observed children of an object; those that it may adopt become its own. */
  claim(parent: KubeObject): KubeObject[]
  /** Writes what an answer says; returns an error where that is not possible. */
  write(parent: KubeObject, observed: readonly KubeObject[], answer: Answer): string | undefined
}

export function hasFinalizer({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true
}

/** Adds or removes a finalizer of the live object; returns what that has become. */
export function setFinalizer(
  api: ApiServer,
  object: KubeObject,
  finalizer: string,
  isWanted: boolean,
): KubeObject | undefined {
  return api.update(object, (live) => {
    if (hasFinalizer(live, finalizer) === isWanted) return live
    const { finalizers = [] } = live.metadata
    const others = finalizers.filter((each) => each !== finalizer)
    const { finalizers: _, ...metadata } = live.metadata
    const next = isWanted ? [...finalizers, finalizer] : others
    return { ...live, metadata: next.length > 0 ? { ...metadata, finalizers: next } : metadata }
  })
}

/** While an object is deleted, its children are managed only as long as its finalizer is there. */
export function managesChildren(parent: KubeObject, finalizer: string): boolean {
  if (!parent.metadata.deletionTimestamp) return true
  const isCollected = ['foregroundDeletion', 'orphan'].some((name) => hasFinalizer(parent, name))
  return !isCollected && hasFinalizer(parent, finalizer)
}

/** Children without a namespace get that of their parent. */
export function place(children: readonly KubeObject[], parent: KubeObject): KubeObject[] {
  const { namespace } = parent.metadata
  return children.map((child) =>
    child.metadata.namespace || namespace === undefined
      ? child
      : { ...child, metadata: { ...child.metadata, namespace } },
  )
}
