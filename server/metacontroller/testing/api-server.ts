import { formatName, type KubeObject, kindKey, type ObjectMeta } from '../kube.ts'
import type { Timers } from './timers.ts'
import { isEqual } from './values.ts'

/** What identifies an object at a moment; with a `uid` only this one, and not a later one. */
export interface Reference {
  apiVersion: string
  kind: string
  metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'uid'>
}

/** A change of an object, with what it was before; `isGone` once it is deleted. */
export interface Change {
  object: KubeObject
  before: KubeObject | undefined
  isGone: boolean
}

/**
 * An API server in memory, for objects of any kind. A stored object is never modified: each change
 * makes another one, so what was read before stays as it was.
 */
export interface ApiServer {
  get(reference: Reference): KubeObject | undefined
  /** All objects of a kind, in a namespace or in all; without a kind all objects. */
  list(kind?: Pick<Reference, 'apiVersion' | 'kind'>, namespace?: string): KubeObject[]
  /** Stores a new object; undefined where there is one of its name. */
  create(object: KubeObject): KubeObject | undefined
  /** Stores an object as it was stored before, with its uid. */
  restore(object: KubeObject): void
  /**
   * Replaces an object by what `change` makes of it, if it still exists; the fields that the server
   * sets stay. An equal object is no change.
   */
  update(reference: Reference, change: (object: KubeObject) => KubeObject): KubeObject | undefined
  /** Deletes an object, or marks it where finalizers hold it. */
  delete(reference: Reference): void
  /** Calls the listener for each change, at once and in order; returns a function that ends it. */
  watch(listener: (change: Change) => void): () => void
}

/** The place of an object: its kind, namespace and name. */
export function placeOf({ apiVersion, kind, metadata }: Reference): string {
  return `${kindKey(apiVersion, kind)} ${formatName(metadata)}`
}

/** The objects of a kind, in a namespace or in all; without a kind all objects. */
export function selectObjects(
  all: Iterable<KubeObject>,
  kind?: Pick<Reference, 'apiVersion' | 'kind'>,
  namespace?: string,
): KubeObject[] {
  return [...all].filter(
    (object) =>
      kind === undefined ||
      (object.kind === kind.kind &&
        object.apiVersion === kind.apiVersion &&
        (namespace === undefined || object.metadata.namespace === namespace)),
  )
}

/** Kinds of the core group have no generation, apart from these. */
const generated = new Set(['Pod', 'ReplicationController'])

function hasGeneration({ apiVersion, kind, spec }: KubeObject): boolean {
  return spec !== undefined && (apiVersion !== 'v1' || generated.has(kind))
}

/** Metadata without its empty maps and lists, which the API server leaves out. */
function dropEmpty(metadata: ObjectMeta): ObjectMeta {
  const isKept = ([, value]: [string, unknown]) =>
    value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0)
  return Object.fromEntries(Object.entries(metadata).filter(isKept)) as unknown as ObjectMeta
}

/** The part of an object whose change makes a new generation. */
function desiredPart({ metadata: _, status: __, ...rest }: KubeObject) {
  return rest
}

const isFree = ({ finalizers }: ObjectMeta) => (finalizers ?? []).length === 0

export interface ApiServerOptions {
  timers: Timers
  /** Whether objects are deleted after their owner, as by the garbage collector of a cluster. */
  hasGarbageCollector: boolean
}

/** Creates an API server without objects. */
export function createApiServer({ timers, hasGarbageCollector }: ApiServerOptions): ApiServer {
  const stored = new Map<string, KubeObject>()
  const listeners = new Set<(change: Change) => void>()
  let version = 0

  const now = () => `${new Date(timers.nowMs()).toISOString().slice(0, 19)}Z`

  function find(reference: Reference): KubeObject | undefined {
    const object = stored.get(placeOf(reference))
    const { uid } = reference.metadata
    return uid === undefined || object?.metadata.uid === uid ? object : undefined
  }
  function tell(change: Change): void {
    for (const listener of [...listeners]) listener(change)
  }
  function store(object: KubeObject, before: KubeObject | undefined): KubeObject {
    version += 1
    const { metadata } = object
    const next = { ...object, metadata: { ...metadata, resourceVersion: `${version}` } }
    const isGone = metadata.deletionTimestamp !== undefined && isFree(metadata)
    if (isGone) stored.delete(placeOf(next))
    else stored.set(placeOf(next), next)
    tell({ object: next, before, isGone })
    if (isGone) collectGarbage(next)
    return next
  }
  function collectGarbage(owner: KubeObject): void {
    if (!hasGarbageCollector) return
    for (const object of [...stored.values()]) {
      const { ownerReferences = [] } = object.metadata
      if (ownerReferences.some(({ uid }) => uid === owner.metadata.uid)) remove(object)
    }
  }
  function remove(reference: Reference): void {
    const object = find(reference)
    if (!object || object.metadata.deletionTimestamp) return
    const generation = (object.metadata.generation ?? 0) + 1
    const metadata = {
      ...object.metadata,
      ...(hasGeneration(object) && { generation }),
      deletionGracePeriodSeconds: 0,
      deletionTimestamp: now(),
    }
    store({ ...object, metadata }, object)
  }

  return {
    get: find,
    list: (kind, namespace) => selectObjects(stored.values(), kind, namespace),
    create(object) {
      if (stored.has(placeOf(object))) return undefined
      const metadata = {
        ...object.metadata,
        uid: crypto.randomUUID(),
        creationTimestamp: now(),
        ...(hasGeneration(object) && { generation: 1 }),
      }
      return store({ ...object, metadata: dropEmpty(metadata) }, undefined)
    },
    restore(object) {
      store(object, undefined)
    },
    update(reference, change) {
      const before = find(reference)
      if (!before) return undefined
      const changed = change(before)
      const { uid, creationTimestamp, deletionTimestamp, generation, resourceVersion } =
        before.metadata
      const isNew = !isEqual(desiredPart(changed), desiredPart(before))
      const next = isNew && generation !== undefined ? generation + 1 : generation
      const kept = { uid, creationTimestamp, deletionTimestamp, resourceVersion, generation: next }
      const object = { ...changed, metadata: dropEmpty({ ...changed.metadata, ...kept }) }
      return isEqual(object, before) ? before : store(object, before)
    },
    delete: remove,
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
