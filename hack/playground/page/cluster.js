import { requestOf } from './call.js'
import {
  annotated,
  created,
  flipped,
  markedDeleted,
  resyncAnnotation,
  whyNoFlip,
  whyNotNamed,
  withStatus,
} from './object.js'
import { createQueue, realTimers } from './queue.js'

/**
 * @import { CoinFlipObject, CoinFlipStatus, Entry, Exchange, Face, Hook, Timers } from './types.ts'
 * @import { Next } from './queue.js'
 */

/** @typedef {{ post: (hook: Hook, request: string, name: string) => Promise<Exchange>, changed: (uid: string) => void, gone: (uid: string, exchange: Exchange) => void, timers?: Timers }} ClusterOptions */
/** @typedef {{ object: CoinFlipObject, before?: CoinFlipStatus | undefined, exchange?: Exchange | undefined }} Item */

/** @param {unknown} a @param {unknown} b */
function isEqual(a, b) {
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * Plays the API server and Metacontroller in the page: stores CoinFlips and calls the hooks for each
 * change. It stays apart from hack/lib/played-metacontroller.ts, since a browser has to run it.
 * @param {ClusterOptions} options
 */
export function createCluster({ post, changed, gone, timers = realTimers }) {
  /** @type {Map<string, Item>} */
  const stored = new Map()
  const queue = createQueue(reconcile, changed, timers)
  const now = () => new Date(timers.nowMs())
  const names = () => [...stored.values()].map(({ object }) => object.metadata.name)

  /** @param {string} uid @param {(object: CoinFlipObject) => CoinFlipObject} change */
  function update(uid, change) {
    const item = stored.get(uid)
    if (!item) return
    item.object = change(item.object)
    changed(uid)
    queue.add(uid)
  }

  /** @param {string} uid @returns {Promise<Next>} */
  async function reconcile(uid) {
    const item = stored.get(uid)
    if (!item) return { kind: 'done' }
    const { metadata } = item.object
    const hook = metadata.deletionTimestamp ? 'finalize' : 'sync'
    const request = JSON.stringify(requestOf(hook, item.object))
    const exchange = await post(hook, request, metadata.name)
    item.exchange = exchange
    const { outcome } = exchange
    if (outcome.kind !== 'answer') return outcome
    const { status, finalized, resyncAfterSeconds = 0 } = outcome.answer
    const { status: before } = item.object
    const next = withStatus(item.object, status, metadata.generation)
    // An equal status is no change.
    if (!isEqual(before, next.status)) Object.assign(item, { object: next, before })
    if (finalized && metadata.deletionTimestamp) {
      stored.delete(uid)
      queue.forget(uid)
      gone(uid, exchange)
      return { kind: 'done' }
    }
    if (resyncAfterSeconds > 0) return { kind: 'asked', seconds: resyncAfterSeconds }
    return { kind: 'done' }
  }

  return {
    /** @param {string} uid @returns {Entry | undefined} */
    entry(uid) {
      const item = stored.get(uid)
      return item && { ...item, ...queue.stateOf(uid) }
    },
    uids: () => [...stored.keys()],
    names,
    objects: () => [...stored.values()].map(({ object }) => object),
    /**
     * Restores objects and calls for each, as Metacontroller does when it starts.
     * @param {readonly CoinFlipObject[]} objects
     */
    restore(objects) {
      for (const object of objects) {
        stored.set(object.metadata.uid, { object })
        queue.add(object.metadata.uid)
      }
    },
    /** @param {string} name @returns {{ uid: string } | { fault: string }} */
    create(name) {
      const fault = whyNotNamed(name, names())
      if (fault !== undefined) return { fault }
      const uid = crypto.randomUUID()
      stored.set(uid, { object: created(name, uid, now()) })
      update(uid, (object) => object)
      return { uid }
    },
    /** @param {string} uid @param {Face} face @returns {string | undefined} */
    flip(uid, face) {
      const item = stored.get(uid)
      const fault = item ? whyNoFlip(item.object) : 'there is no such CoinFlip'
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
      update(uid, (object) => annotated(object, resyncAnnotation, now().toISOString()))
    },
    /** @param {string} uid */
    remove(uid) {
      update(uid, (object) => markedDeleted(object, now()))
    },
  }
}
