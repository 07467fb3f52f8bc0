import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '../cluster.ts'
import type { Pace } from '../run-size.ts'
import { simulateApiServer } from './api-server.ts'
import { simulateMetacontroller } from './metacontroller.ts'

/**
 * Simulates both the API server and Metacontroller in this process. `ca` is the certificate
 * authority of hooks that are served over https.
 */
export function simulateCluster(hooksPort: number, pace: Pace, ca?: string): Cluster {
  const api = simulateApiServer()
  const count = { calls: 0, failures: 0 }
  const url = `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${hooksPort}`
  const start = () => simulateMetacontroller(api, { url, ca }, pace, count)
  let controller = start()
  let turn = Promise.resolve()
  return {
    description: 'a simulated Metacontroller and API server',
    create: async (name, letters) => api.create(name, letters),
    append: async (name, letters) => api.append(name, letters),
    remove: async (name) => api.remove(name),
    async putStatus(name, status) {
      const object = api.get(name)
      if (object) api.putStatus(object, status)
    },
    list: async () => api.list(),
    observe: api.watch,
    showOlder: async (object) => controller.showOlder(object),
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
