/** @import { Timers, Wait } from './types.ts' */

/** @typedef {{ kind: 'done' } | { kind: 'asked' | 'busy', seconds: number } | { kind: 'failed' }} Next */
/** @typedef {{ running: boolean, again: boolean, failures: number, cancel: () => void, wait?: Wait | undefined }} Item */

const firstBackOffMs = 5
/** Metacontroller goes up to 1000 s, too long for a page. */
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
 * The delay of Metacontroller's queue after consecutive failures.
 * @param {number} failures
 */
export function backOffMs(failures) {
  return Math.min(firstBackOffMs * 2 ** (failures - 1), lastBackOffMs)
}

/**
 * Metacontroller's work queue: one call at a time for a key, another one after a change during the
 * call, calls after resyncAfterSeconds, and a back-off after failures.
 * @param {(key: string) => Promise<Next>} work
 * @param {(key: string) => void} onChange called for each change of a state
 * @param {Timers} timers
 */
export function createQueue(work, onChange, timers = realTimers) {
  /** @type {Map<string, Item>} */
  const items = new Map()

  /** @param {string} key @param {Item} item */
  async function run(key, item) {
    item.cancel()
    item.wait = undefined
    item.running = true
    item.again = false
    onChange(key)
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
    onChange(key)
  }

  return {
    /**
     * Calls for a key now, or after the present call.
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
