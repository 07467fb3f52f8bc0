import { setTimeout as delay } from 'node:timers/promises'
import type { Pace } from '../size.ts'
import type { World } from '../world.ts'
import { playApiServer } from './api-server.ts'
import { playMetacontroller } from './metacontroller.ts'

/**
 * A world with nothing in it but Node: both the API server and Metacontroller are played. `ca` is
 * the authority behind hooks that speak https.
 */
export function playWorld(hooksPort: number, pace: Pace, ca?: string): World {
  const api = playApiServer()
  const count = { calls: 0, failures: 0 }
  const url = `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${hooksPort}`
  const start = () => playMetacontroller(api, { url, ca }, pace, count)
  let controller = start()
  let turn = Promise.resolve()
  return {
    what: 'a played Metacontroller and API server',
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
      'Metacontroller killed': (lastsMs) => {
        turn = turn.then(async () => {
          controller.kill()
          await delay(lastsMs)
          controller = start()
        })
        return turn
      },
    },
    tally: async () => count,
    async stop() {
      await turn
      controller.kill()
    },
  }
}
