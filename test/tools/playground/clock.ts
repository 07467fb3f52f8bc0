import { created } from '../../../hack/playground/page/object.js'
import type { CoinFlipObject } from '../../../hack/playground/page/types.ts'
import { createApiServer, createClock } from '../../../server/metacontroller/testing/index.ts'

/** A clock that a test advances. */
export function fakeTimers(startMs = Date.parse('2026-11-22T12:00:00Z')) {
  const timers = createClock(startMs)
  /** Lets time pass, and everything that is under way get as far as it goes. */
  async function pass(ms: number): Promise<void> {
    const end = timers.nowMs() + ms
    await settled()
    while (timers.step(end)) await settled()
  }
  return { timers, pass }
}

/** Resolves when no promise is left that could go on by itself. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A new object as the page stores it. */
export function storedObject(name = 'lucky'): CoinFlipObject {
  const api = createApiServer({ timers: fakeTimers().timers, hasGarbageCollector: true })
  return api.create(created(name)) as unknown as CoinFlipObject
}
