import type { Timers } from './timers.ts'

/** How many keys are worked on at once, and how long a failed key waits before it is tried again. */
export interface Pace {
  workers: number
  /** The delay of one key doubles with every failure in a row, up to the longest. */
  firstMs: number
  longestMs: number
  /** All keys share a bucket that fills at this rate. */
  retriesPerSecond: number
  burst: number
}

/** Metacontroller's own pace: the defaults of client-go, and of its workers. */
export const usualPace: Pace = {
  workers: 5,
  firstMs: 5,
  longestMs: 1_000_000,
  retriesPerSecond: 10,
  burst: 100,
}

/** Decides how long each retry waits: the longer of its own back-off and that of the bucket. */
export interface Retries {
  /** Counts a failure of a key; returns how long it waits. */
  failed(key: string): number
  succeeded(key: string): void
  /** How often the key has failed in a row. */
  failures(key: string): number
}

export function createRetries(pace: Pace, nowMs: () => number): Retries {
  const failures = new Map<string, number>()
  let tokens = pace.burst
  let filledMs = nowMs()
  return {
    failed(key) {
      const before = failures.get(key) ?? 0
      failures.set(key, before + 1)
      const now = nowMs()
      tokens = Math.min(pace.burst, tokens + ((now - filledMs) / 1000) * pace.retriesPerSecond)
      filledMs = now
      // A key that finds it empty reserves a future token; later keys wait behind it.
      tokens -= 1
      const bucketMs = tokens < 0 ? (-tokens / pace.retriesPerSecond) * 1000 : 0
      return Math.max(Math.min(pace.firstMs * 2 ** before, pace.longestMs), bucketMs)
    },
    succeeded: (key) => void failures.delete(key),
    failures: (key) => failures.get(key) ?? 0,
  }
}

/** What comes after the work on a key. */
export type Next =
  | { kind: 'done' }
  /** The answer asked for another call, by resyncAfterSeconds or 429. */
  | { kind: 'asked' | 'busy'; afterMs: number }
  | { kind: 'failed' }

/** When a key is worked on without a change, and why. */
export interface Wait {
  why: 'asked' | 'busy' | 'failed'
  atMs: number
  /** Failures in a row. */
  failures: number
}

/** A work queue: each key is in it once, and worked on once at a time. */
export interface Queue {
  add(key: string): void
  stateOf(key: string): { isRunning: boolean; wait: Wait | undefined }
  /** Whether nothing is left to do now, apart from keys that wait for their time. */
  readonly isIdle: boolean
  /** Clears the queue; no more work is started. */
  stop(): void
}

/** Starts a queue; a key that is added while it is worked on is worked on again. */
export function startQueue(
  work: (key: string) => Promise<Next>,
  options: { pace: Pace; timers: Timers; onChange?: ((key: string) => void) | undefined },
): Queue {
  const { pace, timers, onChange = () => {} } = options
  const retries = createRetries(pace, timers.nowMs)
  const waiting = new Set<string>()
  const running = new Set<string>()
  const again = new Set<string>()
  const later = new Map<string, Wait & { cancel: () => void }>()
  let isStopped = false

  function go(): void {
    for (const key of waiting) {
      if (isStopped || running.size >= pace.workers) return
      waiting.delete(key)
      void run(key)
    }
  }
  async function run(key: string): Promise<void> {
    running.add(key)
    onChange(key)
    const next = await work(key)
    running.delete(key)
    if (isStopped) return
    if (next.kind === 'failed') wait(key, 'failed', retries.failed(key))
    else if (next.kind !== 'done') wait(key, next.kind, next.afterMs)
    if (next.kind === 'done' || next.kind === 'asked') retries.succeeded(key)
    if (again.delete(key)) waiting.add(key)
    onChange(key)
    go()
  }
  function add(key: string): void {
    if (isStopped) return
    if (running.has(key)) again.add(key)
    else waiting.add(key)
    go()
  }
  function wait(key: string, why: Wait['why'], ms: number): void {
    const atMs = timers.nowMs() + ms
    const earlier = later.get(key)
    // Of two delays of one key the earlier counts.
    if (earlier && earlier.atMs <= atMs) return
    earlier?.cancel()
    const cancel = timers.later(() => {
      later.delete(key)
      add(key)
    }, ms)
    later.set(key, { why, atMs, failures: retries.failures(key), cancel })
  }
  return {
    add,
    stateOf: (key) => ({ isRunning: running.has(key), wait: later.get(key) }),
    get isIdle() {
      return running.size === 0 && waiting.size === 0
    },
    stop() {
      isStopped = true
      waiting.clear()
      for (const { cancel } of later.values()) cancel()
    },
  }
}
