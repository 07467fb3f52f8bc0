/** How long a failed key waits before it is tried again. */
export interface RetryPace {
  /** The delay of one key doubles with every failure in a row, up to the longest. */
  firstMs: number
  longestMs: number
  /** All keys share a bucket that fills at this rate. */
  perSecond: number
  burst: number
}

/** Metacontroller's own, the defaults of client-go. */
export const usualPace: RetryPace = { firstMs: 5, longestMs: 1_000_000, perSecond: 10, burst: 100 }

/** Decides how long each retry waits: the longer of its own back-off and that of the bucket. */
export interface Retries {
  failed(key: string): number
  succeeded(key: string): void
}

export function createRetries(pace: RetryPace, nowMs: () => number): Retries {
  const failures = new Map<string, number>()
  let tokens = pace.burst
  let filledMs = nowMs()
  return {
    failed(key) {
      const before = failures.get(key) ?? 0
      failures.set(key, before + 1)
      const now = nowMs()
      tokens = Math.min(pace.burst, tokens + ((now - filledMs) / 1000) * pace.perSecond)
      filledMs = now
      // A key that finds it empty reserves a future token; later keys wait behind it.
      tokens -= 1
      const bucketMs = tokens < 0 ? (-tokens / pace.perSecond) * 1000 : 0
      return Math.max(Math.min(pace.firstMs * 2 ** before, pace.longestMs), bucketMs)
    },
    succeeded: (key) => void failures.delete(key),
  }
}

/** A work queue: each key is in it once, and worked on once at a time. */
export interface Queue {
  add(key: string): void
  addAfter(key: string, ms: number): void
  /** Clears the queue; no more work is started. */
  stop(): void
}

/** Starts a queue; a key that is added while it is worked on is worked on again. */
export function startQueue(workers: number, work: (key: string) => Promise<void>): Queue {
  const waiting = new Set<string>()
  const running = new Set<string>()
  const again = new Set<string>()
  const timers = new Map<string, { atMs: number; timer: NodeJS.Timeout }>()
  let stopped = false

  function go(): void {
    for (const key of waiting) {
      if (stopped || running.size >= workers) return
      waiting.delete(key)
      running.add(key)
      void work(key).finally(() => {
        running.delete(key)
        if (again.delete(key)) waiting.add(key)
        go()
      })
    }
  }
  const add = (key: string) => {
    if (running.has(key)) again.add(key)
    else waiting.add(key)
    go()
  }
  return {
    add,
    addAfter(key, ms) {
      const atMs = performance.now() + ms
      const earlier = timers.get(key)
      // Of two delays of one key the earlier counts.
      if (stopped || (earlier && earlier.atMs <= atMs)) return
      clearTimeout(earlier?.timer)
      const timer = setTimeout(() => {
        timers.delete(key)
        add(key)
      }, ms)
      timers.set(key, { atMs, timer })
    },
    stop() {
      stopped = true
      waiting.clear()
      for (const { timer } of timers.values()) clearTimeout(timer)
    },
  }
}
