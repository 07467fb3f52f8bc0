import { setTimeout as delay } from 'node:timers/promises'
import type { Seen } from '../../lib/plane/coinflips.ts'
import { openHooks } from '../hooks.ts'
import type { Pace } from '../size.ts'
import type { PlayedApiServer } from './api-server.ts'
import { countRetries, startQueue, usualPace } from './queue.ts'

/** How far its cache lags behind the API server: its watch tells of a change so much later. */
const cacheLagMs = 5

/** A life of a Metacontroller, from its start to its end. */
export interface PlayedMetacontroller {
  /** The next call about this object shows it as it once was, as a cache far behind would. */
  showOlder(object: Seen): void
  /** As SIGKILL: its connections are gone, its answers reach nobody, its queue is forgotten. */
  kill(): void
}

/**
 * Calls the hooks as Metacontroller 4.17.2 does: one call a key at a time and each at least once,
 * from a cache that lags, the status written over whatever is there, retries from one bucket.
 */
export function playMetacontroller(
  api: PlayedApiServer,
  { url, ca }: { url: string; ca?: string | undefined },
  pace: Pace,
  count: { calls: number; failures: number },
): PlayedMetacontroller {
  const cache = new Map(api.list().map((object) => [object.name, object]))
  const older = new Map<string, Seen>()
  const hooks = openHooks(url, pace.hookLimitMs, ca)
  const { retriesPerSecond: perSecond, retryBurst: burst } = pace
  const retries = countRetries({ ...usualPace, perSecond, burst }, () => performance.now())
  let alive = true

  async function sync(name: string): Promise<void> {
    const cached = cache.get(name)
    if (!cached) return
    const shown = older.get(name)
    older.delete(name)
    // Deletion is never undone: a cache that has seen it shows nothing from before.
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
    // What it was computed from may be long past: it replaces the present status all the same.
    api.putStatus(parent, { ...status, observedGeneration: parent.generation })
  }

  const queue = startQueue(pace.workers, sync)
  api.watch(async (object, gone) => {
    await delay(cacheLagMs)
    if (!alive) return
    const before = cache.get(object.name)
    if (gone) cache.delete(object.name)
    else cache.set(object.name, object)
    // `ignoreStatusChanges`: what leaves the generation as it is starts no sync.
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
