/** How much the service takes on at once; beyond it calls are asked to come again. */
export interface Limits {
  /** Largest body of one call. */
  bodyBytes: number
  /** Calls in flight. */
  calls: number
  /** Bytes of bodies in flight, counted by Content-Length before they are read. */
  totalBytes: number
  /** How far behind the event loop may be. */
  delayMs: number
}

/** Admits calls up to the limits; each admitted call is let out exactly once by `leave`. */
export interface Gate {
  readonly limits: Limits
  /** How many calls are in. */
  readonly calls: number
  /** Takes a call with a body of `bytes` in, or says no. */
  enter(bytes: number): boolean
  leave(bytes: number): void
  close(): void
}

/** Short against the limit, for what is let in between two samples has to be worked off too. */
const sampleMs = 20

/** A gate that watches this process's event loop until it is closed. */
export function createGate(limits: Limits): Gate {
  let calls = 0
  let totalBytes = 0
  let delayMs = 0
  let delayBeforeMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    delayBeforeMs = delayMs
    delayMs = Math.max(0, now - last - sampleMs)
    last = now
  }, sampleMs).unref()
  return {
    limits,
    get calls() {
      return calls
    },
    enter(bytes) {
      // A body above the total would never get in; alone it may.
      const full = calls > 0 && totalBytes + bytes > limits.totalBytes
      // A sample that is overdue tells of the delay before it is taken.
      const overdueMs = performance.now() - last - sampleMs
      // One long turn of the event loop, as at the start, is no overload; two on end are.
      const behindMs = Math.min(delayMs, Math.max(delayBeforeMs, overdueMs))
      if (full || calls >= limits.calls || behindMs > limits.delayMs) return false
      calls += 1
      totalBytes += bytes
      return true
    },
    leave(bytes) {
      calls -= 1
      totalBytes -= bytes
    },
    close() {
      clearInterval(timer)
      // No sample comes any more, which is no delay: what still arrives is to be served.
      delayMs = 0
      last = Number.POSITIVE_INFINITY
    },
  }
}

/** `Retry-After` in whole seconds, spread: Metacontroller takes a fraction or 0 as "at once". */
export function retryAfterSeconds(random = Math.random): number {
  return 1 + Math.floor(random() * 3)
}
