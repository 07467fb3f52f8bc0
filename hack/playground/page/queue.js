/** @import { Timers, Wait } from './types.ts' */

/** @typedef {{ kind: 'done' } | { kind: 'asked' | 'busy', seconds: number } | { kind: 'failed' }} Next */
/** @typedef {{ running: boolean, again: boolean, failures: number, cancel: () => void, wait?: Wait | undefined }} Item */

const firstBackOffMs = 5
/** Metacontroller goes on to 1000 s; nobody waits that long in front of a page. */
const lastBackOffMs = 10_000

/** @type {Timers} */
export const realTimers = {
  nowMs: () => Date.now(),
  later(work, ms) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * How long Metacontroller's queue waits after so many failures in a row.
 * @param {number} failures
 */
export function backOffMs(failures) {
  return Math.min(firstBackOffMs * 2 ** (failures - 1), lastBackOffMs)
}

/**
 * Metacontroller's work queue: never two calls at once for a key, one more after a call during
 * which the key was added, repeats as they are asked for, and a back-off after failures.
 * @param {(key: string) => Promise<Next>} work
 * @param {(key: string) => void} told hears each change of a state
 * @param {Timers} timers
 */
export function createQueue(work, told, timers = realTimers) {
  /** @type {Map<string, Item>} */
  const items = new Map()

  /** @param {string} key @param {Item} item */
  async function run(key, item) {
    item.cancel()
    item.wait = undefined
    item.running = true
    item.again = false
    told(key)
    const next = await work(key)
    item.running = false
    if (!items.has(key)) return
    item.failures = next.kind === 'failed' ? item.failures + 1 : 0
    if (item.again) return run(key, item)
    if (next.kind !== 'done') {
      const ms = next.kind === 'failed' ? backOffMs(item.failures) : next.seconds * 1000
      item.wait = { why: next.kind, atMs: timers.nowMs() + ms, failures: item.failures }
      item.cancel = timers.later(() => run(key, item), ms)
    }
    told(key)
  }

  return {
    /**
     * Has a key worked on now, or again as soon as the present call is over.
     * @param {string} key
     */
    add(key) {
      const item = items.get(key) ?? { running: false, again: false, failures: 0, cancel() {} }
      items.set(key, item)
      if (item.running) item.again = true
      else void run(key, item)
    },
    /** @param {string} key */
    forget(key) {
      items.get(key)?.cancel()
      items.delete(key)
    },
    /** @param {string} key */
    stateOf(key) {
      const item = items.get(key)
      return { calling: item?.running === true, wait: item?.wait }
    },
  }
}
