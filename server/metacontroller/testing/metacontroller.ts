import type { Controller } from '../declaration.ts'
import type { KubeObject } from '../kube.ts'
import { controllerOf } from '../manifest.ts'
import { type ApiServer, type Change, placeOf } from './api-server.ts'
import { type Answer, hasFinalizer, setFinalizer } from './behaviour.ts'
import { type Cache, createCache } from './cache.ts'
import type { CallHook, CallResult } from './call.ts'
import { findController, groupObjects } from './children.ts'
import { compositeBehaviour } from './composite.ts'
import { decoratorBehaviour } from './decorator.ts'
import { type Next, type Pace, type Queue, startQueue, usualPace } from './queue.ts'
import { createSelections } from './related.ts'
import { realTimers, type Timers } from './timers.ts'
import { isEqual } from './values.ts'

export interface MetacontrollerOptions {
  api: ApiServer
  controller: Controller
  call: CallHook
  timers?: Timers
  /** Workers and retries; those that are not given are Metacontroller's own. */
  pace?: Partial<Pace>
  /** How far its cache lags behind the API server. */
  cacheLagMs?: number
  /** Instead of the `resyncPeriodSeconds` of the controller. */
  resyncPeriodMs?: number | undefined
  /** Told of each sync that fails, as Metacontroller writes a Warning event. */
  onError?: ((object: KubeObject, error: string) => void) | undefined
  /** Told whenever the state of an object's key in the queue changes. */
  onState?: ((place: string) => void) | undefined
}

/** A simulated Metacontroller with one controller, from its start to its end. */
export interface Metacontroller extends Pick<Queue, 'isIdle' | 'stateOf'> {
  /** The next call has the object as it was, as from a cache far behind. */
  showOlder(object: KubeObject): void
  /** As SIGKILL: pending responses, the cache and the queue are gone. */
  kill(): void
}

/** Refuses a controller with rolling updates, which are not simulated. */
function requireNoRolling(controller: Controller): void {
  const kinds = (controller.type === 'CompositeController' && controller.children) || {}
  for (const [key, { updateStrategy = '' }] of Object.entries(kinds))
    if (updateStrategy.startsWith('Rolling'))
      throw new Error(`${controller.name}: children.${key}: rolling updates are not simulated`)
}

/** The part of an object whose change is no change of the status alone. */
function visiblePart({ metadata }: KubeObject) {
  const { generation, labels, annotations, deletionTimestamp } = metadata
  return { generation, labels, annotations, deletionTimestamp }
}

/**
 * Starts a simulated Metacontroller: it calls the hooks of one controller as Metacontroller 4.17.2
 * does with a real API server, and writes what they answer. Rolling updates are not simulated.
 */
export function startMetacontroller(options: MetacontrollerOptions): Metacontroller {
  const { api, controller, call, timers = realTimers, cacheLagMs = 0, onError, onState } = options
  requireNoRolling(controller)
  const behaviour =
    controller.type === 'CompositeController'
      ? compositeBehaviour(controller, api, () => cache)
      : decoratorBehaviour(controller, api, () => cache)
  const { kinds, childKinds, finalizer, subject, children } = behaviour
  const manifest = controllerOf(controller, { url: 'http://service' })
  const selections = createSelections(
    controller.related,
    () => cache,
    (parent) => call('customize', { controller: manifest, parent }, parent),
  )
  const older = new Map<string, KubeObject>()
  let isKilled = false

  const isOurs = (object: KubeObject) =>
    hasFinalizer(object, finalizer) || behaviour.selects(object)
  const watched = () => kinds.flatMap((kind) => cache.list(kind))
  function enqueue(object: KubeObject): void {
    if (isOurs(object)) queue.add(placeOf(object))
  }
  function toNext(object: KubeObject, result: Exclude<CallResult, { kind: 'answered' }>): Next {
    if (result.kind === 'failed') onError?.(object, result.why)
    return result
  }

  /** The object that is synced, or a state of it from before, which a cache may still have. */
  function takeShown(cached: KubeObject): KubeObject {
    const shown = older.get(placeOf(cached))
    older.delete(placeOf(cached))
    const isSame = shown?.metadata.uid === cached.metadata.uid
    // Deletion is never undone: a cache that knows of it has nothing from before.
    return shown && isSame && !cached.metadata.deletionTimestamp ? shown : cached
  }
  /** Adds the finalizer, or removes one of a finalize hook that there was. */
  function syncFinalizer(object: KubeObject): KubeObject {
    const isWanted = controller.finalize === true
    if (hasFinalizer(object, finalizer) === isWanted) return object
    if (isWanted && object.metadata.deletionTimestamp) return object
    return setFinalizer(api, object, finalizer, isWanted) ?? object
  }

  async function sync(cached: KubeObject): Promise<Next> {
    const shown = takeShown(cached)
    if (!isOurs(shown)) return { kind: 'done' }
    const parent = syncFinalizer(shown)
    if (!isOurs(parent)) return { kind: 'done' }
    const observed = behaviour.claim(parent)
    const selected = await selections.ask(parent)
    if (isKilled) return { kind: 'done' }
    if (selected.kind !== 'answered') return toNext(parent, selected)

    const isLeaving = parent.metadata.deletionTimestamp !== undefined || !behaviour.selects(parent)
    const finalizing = controller.finalize === true && isLeaving
    const body = {
      controller: manifest,
      [subject]: parent,
      [children]: groupObjects(childKinds, observed),
      related: selections.find(parent),
      finalizing,
    }
    const result = await call(finalizing ? 'finalize' : 'sync', body, parent)
    if (isKilled) return { kind: 'done' }
    if (shown !== cached) enqueue(cached)
    if (result.kind !== 'answered') return toNext(parent, result)
    const answer = result.answer as Answer
    const error = behaviour.write(parent, observed, answer)
    if (error !== undefined) return toNext(parent, { kind: 'failed', why: error })
    const seconds = answer.resyncAfterSeconds ?? 0
    return seconds > 0 ? { kind: 'asked', afterMs: seconds * 1000 } : { kind: 'done' }
  }

  /** Syncs what depends on a changed object: itself, its owner, and what it is related to. */
  function onChange({ object, before, isGone }: Change): void {
    const isOfKind = ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
      object.kind === kind && object.apiVersion === apiVersion
    const declared = kinds.find(isOfKind)
    const isHidden =
      declared?.ignoreStatusChanges === true &&
      before !== undefined &&
      !object.metadata.deletionTimestamp &&
      isEqual(visiblePart(before), visiblePart(object))
    if (declared && !isHidden && !isGone) enqueue(object)
    const versions = before ? [object, before] : [object]
    const owner = findController(object)
    const isChild = childKinds.some(isOfKind)
    for (const parent of isChild || controller.related ? watched() : []) {
      const isOwner = owner
        ? owner.uid === parent.metadata.uid
        : behaviour.wouldAdopt(parent, object)
      if ((isChild && isOwner) || selections.includes(parent, versions)) enqueue(parent)
    }
  }

  const queue = startQueue(
    async (place) => {
      const object = cache.at(place)
      return object ? sync(object) : { kind: 'done' }
    },
    { pace: { ...usualPace, ...options.pace }, timers, onChange: onState },
  )
  const cache: Cache = createCache(api, { timers, lagMs: cacheLagMs }, onChange)
  for (const object of watched()) enqueue(object)

  const periodMs = options.resyncPeriodMs ?? (controller.resyncPeriodSeconds ?? 0) * 1000
  let cancelResync = () => {}
  function resync(): void {
    cancelResync = timers.later(() => {
      for (const object of watched()) enqueue(object)
      resync()
    }, periodMs)
  }
  if (periodMs > 0) resync()

  return {
    get isIdle() {
      return queue.isIdle
    },
    stateOf: queue.stateOf,
    showOlder(object) {
      older.set(placeOf(object), object)
      queue.add(placeOf(object))
    },
    kill() {
      isKilled = true
      cancelResync()
      queue.stop()
      cache.stop()
    },
  }
}
