import type { Controller } from '../declaration.ts'
import { formatName, type KubeObject } from '../kube.ts'
import { type ApiServer, createApiServer, type Reference } from './api-server.ts'
import { type CallHook, type CallResult, callApp, type HookName, type Injectable } from './call.ts'
import { type Metacontroller, startMetacontroller } from './metacontroller.ts'
import { createClock } from './timers.ts'
import { findDifference } from './values.ts'

/** A call of a hook with its result. */
export interface Exchange {
  controller: string
  hook: HookName
  /** The object that the call was about, as it was sent. */
  object: KubeObject
  body: object
  result: CallResult
}

/** A sync that failed, which Metacontroller reports as a Warning event on the object. */
export interface SyncError {
  object: string
  error: string
}

/**
 * A cluster in memory, with a clock that stands still: an API server, and a Metacontroller for each
 * controller. It serves tests of hooks.
 */
export interface TestCluster {
  /** Changes objects without a sync in between; `settle` then syncs them. */
  readonly api: ApiServer
  /** All calls so far, oldest first. */
  readonly calls: readonly Exchange[]
  /** All failed syncs so far, oldest first. */
  readonly errors: readonly SyncError[]
  /**
   * Has Metacontroller call the hooks of an app, which are registered under `prefix`, or another
   * function.
   */
  serve(controller: Controller, hooks: Injectable | CallHook, prefix?: string): Metacontroller
  /** Creates an object, or replaces what somebody but the server decides of it; then settles. */
  apply(object: KubeObject): Promise<KubeObject>
  /** Deletes an object by its kind, name and namespace; then settles. */
  delete(kind: string, name: string, namespace?: string): Promise<void>
  /** Finds an object by its kind, name and namespace. */
  get(kind: string, name: string, namespace?: string): KubeObject | undefined
  /** Lists the objects of a kind, in a namespace or in all. */
  list(kind: string, namespace?: string): KubeObject[]
  /**
   * Resolves when no call is left to be made now. Rejects when an object is synced again and again:
   * its hook answers differently each time, or sends back what the server sets.
   */
  settle(): Promise<void>
  /** Lets time pass, with all resyncs and retries in it. */
  pass(seconds: number): Promise<void>
}

/** More syncs of one object than this without a rest never end. */
const mostSyncs = 50

/** Resolves when all promises that can go on have done so. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve))

/** Creates a cluster without objects, whose clock starts at a fixed moment. */
export function createTestCluster({ hasGarbageCollector = true } = {}): TestCluster {
  const clock = createClock()
  const api = createApiServer({ timers: clock, hasGarbageCollector })
  const calls: Exchange[] = []
  const errors: SyncError[] = []
  const running: Metacontroller[] = []
  let settledAt = 0

  const named = ({ kind, metadata }: Reference) => `${kind} ${formatName(metadata)}`
  function recorded(controller: Controller, call: CallHook): CallHook {
    return async (hook, body, object) => {
      // A hook that answers at once would else never let `settle` look.
      await turn()
      const result = await call(hook, body, object)
      calls.push({ controller: controller.name, hook, object, body, result })
      return result
    }
  }
  /** Throws when one object was synced too often since the last rest, and ends all calls. */
  function requireProgress(): void {
    const counts = new Map<string, Exchange[]>()
    for (const exchange of calls.slice(settledAt)) {
      const key = `${exchange.controller}: ${named(exchange.object)}`
      const all = counts.get(key) ?? []
      counts.set(key, [...all, exchange])
    }
    for (const [key, all] of counts) {
      if (all.length <= mostSyncs) continue
      const [before, last] = all.slice(-2)
      const place = findDifference(before?.result, last?.result)
      for (const each of running) each.kill()
      const why = place ? `; its last two answers differ in ${place}` : ''
      throw new Error(`${key} is synced without end${why}`)
    }
  }
  async function settle(): Promise<void> {
    do {
      await turn()
      requireProgress()
    } while (running.some(({ isIdle }) => !isIdle))
    settledAt = calls.length
  }
  const find = (kind: string, name: string, namespace?: string) =>
    api
      .list()
      .find(
        ({ kind: each, metadata }) =>
          each === kind && metadata.name === name && metadata.namespace === namespace,
      )

  return {
    api,
    calls,
    errors,
    serve(controller, hooks, prefix) {
      const call = typeof hooks === 'function' ? hooks : callApp(hooks, controller.type, prefix)
      const metacontroller = startMetacontroller({
        api,
        controller,
        call: recorded(controller, call),
        timers: clock,
        onError: (object, error) => void errors.push({ object: named(object), error }),
      })
      running.push(metacontroller)
      return metacontroller
    },
    async apply(object) {
      const { status: _, ...desired } = structuredClone(object)
      const made = api.create(desired as KubeObject)
      if (!made)
        api.update(object, ({ metadata, status }) => ({
          ...(desired as KubeObject),
          ...(status !== undefined && { status }),
          metadata: { ...metadata, ...desired.metadata },
        }))
      await settle()
      return api.get(object) as KubeObject
    },
    async delete(kind, name, namespace) {
      const object = find(kind, name, namespace)
      if (!object) throw new Error(`there is no ${kind} ${formatName({ namespace, name })}`)
      api.delete(object)
      await settle()
    },
    get: find,
    list: (kind, namespace) =>
      api
        .list()
        .filter((object) => object.kind === kind)
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
    settle,
    async pass(seconds) {
      const untilMs = clock.nowMs() + seconds * 1000
      await settle()
      while (clock.step(untilMs)) await settle()
    },
  }
}
