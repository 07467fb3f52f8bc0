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
/** @typedef {{ object: CoinFlipObject, before?: CoinFlipStatus | undefined, exchange?: Exchange | undefined }} Kept */

/** @param {unknown} a @param {unknown} b */
function isEqual(a, b) {
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * The page's Kubernetes and Metacontroller: keeps CoinFlips, and calls the hooks for each change.
 * What would be refused comes back as a sentence.
 * @param {ClusterOptions} options
 */
export function createCluster({ post, changed, gone, timers = realTimers }) {
  /** @type {Map<string, Kept>} */
  const kept = new Map()
  const queue = createQueue(reconcile, changed, timers)
  const now = () => new Date(timers.nowMs())
  const names = () => [...kept.values()].map(({ object }) => object.metadata.name)

  /** @param {string} uid @param {(object: CoinFlipObject) => CoinFlipObject} change */
  function update(uid, change) {
    const item = kept.get(uid)
    if (!item) return
    item.object = change(item.object)
    changed(uid)
    queue.add(uid)
  }

  /** @param {string} uid @returns {Promise<Next>} */
  async function reconcile(uid) {
    const item = kept.get(uid)
    if (!item) return { kind: 'done' }
    const { metadata } = item.object
    const hook = metadata.deletionTimestamp ? 'finalize' : 'sync'
    const request = JSON.stringify(requestOf(hook, item.object))
    const exchange = await post(hook, request, metadata.name)
    item.exchange = exchange
    const { outcome } = exchange
    if (outcome.kind !== 'answer') return outcome
    const { status, finalized, resyncAfterSeconds = 0 } = outcome.answer
    const { status: stored } = item.object
    const next = withStatus(item.object, status, metadata.generation)
    // An equal status is not written, and so nothing has changed.
    if (!isEqual(stored, next.status)) Object.assign(item, { object: next, before: stored })
    if (finalized && metadata.deletionTimestamp) {
      kept.delete(uid)
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
      const item = kept.get(uid)
      return item && { ...item, ...queue.stateOf(uid) }
    },
    uids: () => [...kept.keys()],
    names,
    objects: () => [...kept.values()].map(({ object }) => object),
    /**
     * Takes objects over that were there before, and calls for each, as Metacontroller does when
     * it starts.
     * @param {readonly CoinFlipObject[]} objects
     */
    restore(objects) {
      for (const object of objects) {
        kept.set(object.metadata.uid, { object })
        queue.add(object.metadata.uid)
      }
    },
    /** @param {string} name @returns {{ uid: string } | { fault: string }} */
    create(name) {
      const fault = whyNotNamed(name, names())
      if (fault !== undefined) return { fault }
      const uid = crypto.randomUUID()
      kept.set(uid, { object: created(name, uid, now()) })
      update(uid, (object) => object)
      return { uid }
    },
    /** @param {string} uid @param {Face} face @returns {string | undefined} */
    flip(uid, face) {
      const item = kept.get(uid)
      const fault = item ? whyNoFlip(item.object) : 'there is no such CoinFlip'
      if (fault === undefined) update(uid, (object) => flipped(object, face))
      return fault
    },
    /** @param {string} uid @param {string} key @param {boolean} on */
    annotate(uid, key, on) {
      update(uid, (object) => annotated(object, key, on ? 'true' : undefined))
    },
    /**
     * Has it called for now, by the annotation that `make resync` touches.
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
