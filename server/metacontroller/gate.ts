import { createShare } from './share.ts'

/** How much the service takes on at once; beyond it calls are answered with 429. */
export interface Limits {
  /** Largest body of one call. */
  bodyBytes: number
  /** Calls whose hook runs. */
  calls: number
  /** Bytes of bodies that have arrived and are not complete yet. */
  totalBytes: number
  /** How far behind the event loop may be, in ms. */
  delayMs: number
}

/**
 * Admits calls up to the limits. Bytes and calls are shared between connections: none may hold more
 * than is free, so that nobody can starve the others. Only what has arrived is counted.
 */
export interface Gate {
  readonly limits: Limits
  /** How many calls have a hook that runs. */
  readonly calls: number
  /** Whether a call that announces `bytes` would be admitted now; takes nothing. */
  isOpen(connection: object, bytes: number): boolean
  /** Counts bytes that have arrived; false where they are too many. */
  tryReceive(connection: object, bytes: number): boolean
  /** The counted bytes are a call by now, or were dropped. */
  releaseBytes(connection: object, bytes: number): void
  /** Counts a call whose hook starts; false where there are too many. */
  tryAcquire(connection: object): boolean
  /** The hook has settled. */
  release(connection: object): void
  close(): void
}

/** What a connection may send whatever others do: a usual call, 16 MB for all connections. */
const reservedBytes = 16_384

/** Short against the limit, for what is admitted between two samples has to be worked off too. */
const sampleMs = 20

/** A gate that watches this process's event loop until it is closed. */
export function createGate(limits: Limits): Gate {
  const calls = createShare(limits.calls, 0)
  const bytes = createShare(limits.totalBytes, reservedBytes)
  let delayMs = 0
  let delayBeforeMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    delayBeforeMs = delayMs
    delayMs = Math.max(0, now - last - sampleMs)
    last = now
  }, sampleMs).unref()

  function isBehind(): boolean {
    // A sample that is overdue tells of the delay before it is taken.
    const overdueMs = performance.now() - last - sampleMs
    // One long turn of the event loop, as at the start, is no overload; two in a row are.
    return Math.min(delayMs, Math.max(delayBeforeMs, overdueMs)) > limits.delayMs
  }

  return {
    limits,
    get calls() {
      return calls.used
    },
    isOpen: (connection, announced) =>
      !isBehind() && calls.fits(connection) && bytes.fits(connection, announced),
    tryReceive: bytes.tryTake,
    releaseBytes: bytes.give,
    tryAcquire: (connection) => calls.tryTake(connection),
    release: (connection) => calls.give(connection),
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
