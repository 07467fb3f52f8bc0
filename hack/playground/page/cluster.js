import {
  coinFlips,
  createApiServer,
  placeOf,
  realTimers,
  startMetacontroller,
} from './metacontroller.js'
import { annotated, created, flipped, resyncAnnotation, whyNoFlip, whyNotNamed } from './object.js'

/**
 * @import { CallHook, Timers } from '../../../server/metacontroller/testing/index.ts'
 * @import { CoinFlipObject, CoinFlipStatus, Entry, Exchange, Face, Hook } from './types.ts'
 */

/** @typedef {{ post: (hook: Hook, request: string, name: string) => Promise<Exchange>, changed: (uid: string) => void, gone: (uid: string, exchange: Exchange) => void, timers?: Timers }} ClusterOptions */
/** @typedef {{ before?: CoinFlipStatus | undefined, exchange?: Exchange | undefined }} Item */

/** Metacontroller goes up to 1000 s, too long for a page. */
const longestMs = 10_000

/**
 * An API server and a Metacontroller in the page, simulated: stores CoinFlips and calls the hooks for
 * each change.
 * @param {ClusterOptions} options
 */
export function createCluster({ post, changed, gone, timers = realTimers }) {
  const api = createApiServer({ timers, hasGarbageCollector: true })
  /** @type {Map<string, Item>} */
  const items = new Map()

  const all = () => /** @type {CoinFlipObject[]} */ (/** @type {unknown} */ (api.list()))
  const names = () => all().map(({ metadata }) => metadata.name)
  /** @param {string} uid */
  const find = (uid) => all().find(({ metadata }) => metadata.uid === uid)
  /** @param {string} uid */
  function itemOf(uid) {
    const item = items.get(uid) ?? {}
    items.set(uid, item)
    return item
  }
  /** @param {string} uid @param {(object: CoinFlipObject) => CoinFlipObject} change */
  function update(uid, change) {
    const object = find(uid)
    if (object) api.update(object, /** @type {any} */ (change))
  }

  api.watch(({ object: { metadata, status }, before, isGone }) => {
    const uid = metadata.uid ?? ''
    const item = itemOf(uid)
    if (before && before.status !== status)
      item.before = /** @type {CoinFlipStatus | undefined} */ (before.status)
    if (!isGone) return changed(uid)
    items.delete(uid)
    if (item.exchange) gone(uid, item.exchange)
  })
  /** @type {CallHook} */
  async function call(hook, body, { metadata: { name, uid = '' } }) {
    const request = JSON.stringify({ ...body, controller: {} })
    const exchange = await post(/** @type {Hook} */ (hook), request, name)
    itemOf(uid).exchange = exchange
    return exchange.outcome
  }
  const metacontroller = startMetacontroller({
    api,
    controller: coinFlips,
    call,
    timers,
    pace: { longestMs },
    // The page says that the next call comes with the next change.
    resyncPeriodMs: 0,
    onState(place) {
      for (const object of all()) if (placeOf(object) === place) changed(object.metadata.uid)
    },
  })

  return {
    /** @param {string} uid @returns {Entry | undefined} */
    entry(uid) {
      const object = find(uid)
      if (!object) return undefined
      const { isRunning: calling, wait } = metacontroller.stateOf(placeOf(object))
      return { object, ...itemOf(uid), calling, wait }
    },
    uids: () => all().map(({ metadata }) => metadata.uid),
    names,
    objects: all,
    /**
     * Restores objects and calls for each, as Metacontroller does when it starts.
     * @param {readonly CoinFlipObject[]} objects
     */
    restore(objects) {
      for (const object of objects) api.restore(/** @type {any} */ (object))
    },
    /** @param {string} name @returns {{ uid: string } | { fault: string }} */
    create(name) {
      const fault = whyNotNamed(name, names())
      if (fault !== undefined) return { fault }
      const object = api.create(/** @type {any} */ (created(name)))
      return { uid: object?.metadata.uid ?? '' }
    },
    /** @param {string} uid @param {Face} face @returns {string | undefined} */
    flip(uid, face) {
      const object = find(uid)
      const fault = object ? whyNoFlip(object) : 'there is no such CoinFlip'
      if (fault === undefined) update(uid, (object) => flipped(object, face))
      return fault
    },
    /** @param {string} uid @param {string} key @param {boolean} on */
    annotate(uid, key, on) {
      update(uid, (object) => annotated(object, key, on ? 'true' : undefined))
    },
    /**
     * Calls for it now, by changing the annotation of `make resync`.
     * @param {string} uid
     */
    resync(uid) {
      const now = new Date(timers.nowMs()).toISOString()
      update(uid, (object) => annotated(object, resyncAnnotation, now))
    },
    /** @param {string} uid */
    remove(uid) {
      const object = find(uid)
      if (object) api.delete(object)
    },
  }
}
