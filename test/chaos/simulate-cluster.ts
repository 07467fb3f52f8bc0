import { setTimeout as delay } from 'node:timers/promises'
import { apiVersion, type CoinFlip, kind } from '../../server/domain/coinflip.ts'
import { coinFlips } from '../../server/hook/controller.ts'
import { finalizerOf, type KubeObject } from '../../server/metacontroller/index.ts'
import {
  type CallHook,
  createApiServer,
  realTimers,
  startMetacontroller,
} from '../../server/metacontroller/testing/index.ts'
import { faces } from '../lib/coinflip.ts'
import { coinFlipFrom, observedFrom } from '../lib/plane/coinflips.ts'
import type { Answer, Cluster } from './cluster.ts'
import { openHookClient } from './hook-client.ts'
import type { Pace } from './run-size.ts'

/** How far the cache of Metacontroller lags behind the API server. */
const cacheLagMs = 5

const finalizers = [finalizerOf(coinFlips)]
const referTo = (name: string) => ({ apiVersion, kind, metadata: { namespace: 'default', name } })
const observe = (object: KubeObject) => observedFrom(object as unknown as CoinFlip)

/**
 * Simulates both the API server and Metacontroller in this process. `ca` is the certificate
 * authority of hooks that are served over https. It has both admission policies: each object has the
 * finalizer from the start, and nothing is appended to one in deletion.
 */
export function simulateCluster(hooksPort: number, pace: Pace, ca?: string): Cluster {
  const api = createApiServer({ timers: realTimers, hasGarbageCollector: true })
  const count = { calls: 0, failures: 0 }
  const url = `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${hooksPort}`

  function start() {
    const hooks = openHookClient(url, pace.hookLimitMs, ca)
    const call: CallHook = (...parts) => {
      count.calls += 1
      return hooks.call(...parts)
    }
    const { workers, retriesPerSecond, retryBurst: burst, resyncPeriodMs } = pace
    const metacontroller = startMetacontroller({
      api,
      controller: coinFlips,
      call,
      pace: { workers, retriesPerSecond, burst },
      cacheLagMs,
      resyncPeriodMs,
      onError() {
        count.failures += 1
      },
    })
    function kill(): void {
      metacontroller.kill()
      hooks.close()
    }
    return { ...metacontroller, kill }
  }

  const refusal = (why: string): Answer => ({ accepted: false, why })
  /** Writes to an object, unless the API server would refuse that. */
  function write(name: string, change: (object: KubeObject) => void, refuse?: 'in deletion') {
    const object = api.get(referTo(name))
    if (!object) return refusal('not found')
    if (refuse && object.metadata.deletionTimestamp) return refusal('it is being deleted')
    change(object)
    return { accepted: true as const, uid: object.metadata.uid ?? '' }
  }
  let controller = start()
  let turn = Promise.resolve()
  return {
    description: 'a simulated Metacontroller and API server',
    async create(name, letters) {
      const { metadata, ...rest } = referTo(name)
      const object = { ...rest, metadata: { ...metadata, finalizers } }
      const created = api.create({ ...object, spec: { flips: faces(letters) } })
      return created ? { accepted: true, uid: created.metadata.uid ?? '' } : refusal('it exists')
    },
    append: async (name, letters) =>
      write(
        name,
        (object) =>
          api.update(object, (live) => {
            const { flips } = live.spec as CoinFlip['spec']
            return { ...live, spec: { flips: [...flips, ...faces(letters)] } }
          }),
        'in deletion',
      ),
    remove: async (name) => write(name, (object) => api.delete(object)),
    async putStatus(name, status) {
      api.update(referTo(name), (live) => ({ ...live, status }))
    },
    list: async () => api.list({ apiVersion, kind }).map(observe),
    observe: (listener) =>
      void api.watch(({ object, isGone }) => listener(observe(object), isGone)),
    showOlder: async (object) => controller.showOlder(coinFlipFrom(object)),
    faults: {
      'Metacontroller killed': (durationMs) => {
        turn = turn.then(async () => {
          controller.kill()
          await delay(durationMs)
          controller = start()
        })
        return turn
      },
    },
    countCalls: async () => count,
    async stop() {
      await turn
      controller.kill()
    },
  }
}
