import { setTimeout as delay } from 'node:timers/promises'
import type { ObservedCoinFlip } from '../../lib/plane/coinflips.ts'
import { openHookClient } from '../hook-client.ts'
import type { Pace } from '../run-size.ts'
import type { SimulatedApiServer } from './api-server.ts'
import { createRetries, startQueue, usualPace } from './queue.ts'

/** How far its cache lags behind the API server. */
const cacheLagMs = 5

/** A simulated Metacontroller, from its start to its end. */
export interface SimulatedMetacontroller {
  /** The next call has the object as it was, as from a cache far behind. */
  showOlder(object: ObservedCoinFlip): void
  /** As SIGKILL: its connections, pending responses and queue are gone. */
  kill(): void
}

/**
 * Calls the hooks as Metacontroller 4.17.2 does: one call at a time for each key, from a cache that
 * lags, with the status overwritten by the response, and one bucket for all retries.
 */
export function simulateMetacontroller(
  api: SimulatedApiServer,
  { url, ca }: { url: string; ca?: string | undefined },
  pace: Pace,
  count: { calls: number; failures: number },
): SimulatedMetacontroller {
  const cache = new Map(api.list().map((object) => [object.name, object]))
  const older = new Map<string, ObservedCoinFlip>()
  const hooks = openHookClient(url, pace.hookLimitMs, ca)
  const { retriesPerSecond: perSecond, retryBurst: burst } = pace
  const retries = createRetries({ ...usualPace, perSecond, burst }, () => performance.now())
  let alive = true

  async function sync(name: string): Promise<void> {
    const cached = cache.get(name)
    if (!cached) return
    const shown = older.get(name)
    older.delete(name)
    // Deletion is never undone: a cache that knows of it has nothing from before.
    const parent = shown && shown.uid === cached.uid && !cached.deleting ? shown : cached
    count.calls += 1
    const answer = await hooks.call(parent)
    if (!alive) return
    if (parent === shown) queue.add(name)
    if (answer.kind === 'busy') return queue.addAfter(name, answer.afterMs)
    if (answer.kind === 'failed') {
      count.failures += 1
      return queue.addAfter(name, retries.failed(name))
    }
    retries.succeeded(name)
    const { status, resyncAfterSeconds = 0, finalized } = answer.body
    if (resyncAfterSeconds > 0) queue.addAfter(name, resyncAfterSeconds * 1000)
    if (finalized) api.removeFinalizer(parent)
    // The status may be computed from an old object: it replaces the present one all the same.
    api.putStatus(parent, { ...status, observedGeneration: parent.generation })
  }

  const queue = startQueue(pace.workers, sync)
  api.watch(async (object, gone) => {
    await delay(cacheLagMs)
    if (!alive) return
    const before = cache.get(object.name)
    if (gone) cache.delete(object.name)
    else cache.set(object.name, object)
    // `ignoreStatusChanges`: a change without a new generation starts no sync.
    if (before?.generation !== object.generation || object.deleting) queue.add(object.name)
  })
  const resync = setInterval(() => {
    for (const name of cache.keys()) queue.add(name)
  }, pace.resyncPeriodMs)
  for (const name of cache.keys()) queue.add(name)

  return {
    showOlder(object) {
      older.set(object.name, object)
      queue.add(object.name)
    },
    kill() {
      alive = false
      clearInterval(resync)
      queue.stop()
      hooks.close()
    },
  }
}
