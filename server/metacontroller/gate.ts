import { createShare } from './share.ts'

/** How much the service works on at the same time; calls beyond it are answered with 429. */
export interface Limits {
  /** Largest body of one call. */
  bodyBytes: number
  /** Calls in flight, whose hook runs. */
  calls: number
  /** Bytes of bodies that have arrived and are not complete yet. */
  totalBytes: number
  /** How far behind the event loop may be, in ms. */
  delayMs: number
}

/**
 * Admits calls up to the limits. Connections share bytes and calls: none may hold more than is
 * free, so that no caller can starve the others. Only bytes that have arrived are counted.
 */
export interface Gate {
  readonly limits: Limits
  /** How many calls are in flight. */
  readonly calls: number
  /** Whether a call that announces `bytes` would be admitted now. */
  isOpen(connection: object, bytes: number): boolean
  /** Counts bytes that have arrived; false where they are too many. */
  tryReceive(connection: object, bytes: number): boolean
  /** Stops counting bytes, once they are parsed or dropped. */
  releaseBytes(connection: object, bytes: number): void
  /** Counts a call whose hook starts; false where there are too many. */
  tryAcquire(connection: object): boolean
  /** Stops counting a call, once its hook has settled. */
  release(connection: object): void
  close(): void
}

/** What a connection may always send: a usual call, 16 MB for all connections. */
export const reservedBytes = 16_384

/** Short against the limit, since calls admitted between two samples add to the delay. */
const sampleMs = 20

/** Objects of 1.5 MB with their children; a heap of some hundred MB. */
export const defaultLimits: Limits = {
  bodyBytes: 4_194_304,
  calls: 256,
  totalBytes: 16_777_216,
  delayMs: 200,
}

/** Creates a gate that watches this process's event loop until it is closed. */
export function createGate(limits: Limits = defaultLimits): Gate {
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
    // An overdue sample shows the delay before it is taken.
    const overdueMs = performance.now() - last - sampleMs
    // One long turn of the event loop, as during startup, is no overload; two in a row are.
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
    releaseBytes: bytes.release,
    tryAcquire: (connection) => calls.tryTake(connection),
    release: (connection) => calls.release(connection),
    close() {
      clearInterval(timer)
      // There are no samples any more, which is no delay: calls that still arrive are to be served.
      delayMs = 0
      last = Number.POSITIVE_INFINITY
    },
  }
}

/** Draws a `Retry-After` in whole seconds: Metacontroller retries at once after a fraction or 0. */
export function drawRetryAfter(random = Math.random): number {
  return 1 + Math.floor(random() * 3)
}
