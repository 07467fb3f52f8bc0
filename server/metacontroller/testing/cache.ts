import type { KubeObject } from '../kube.ts'
import { type ApiServer, type Change, placeOf, selectObjects } from './api-server.ts'
import type { Timers } from './timers.ts'

/** What Metacontroller knows of the objects: a copy that lags behind the API server. */
export interface Cache extends Pick<ApiServer, 'get' | 'list'> {
  /** Finds an object by its place. */
  at(place: string): KubeObject | undefined
  stop(): void
}

/** Creates a copy of all objects, and tells of each change when it has arrived there. */
export function createCache(
  api: ApiServer,
  { timers, lagMs }: { timers: Timers; lagMs: number },
  onChange: (change: Change) => void,
): Cache {
  const known = new Map(api.list().map((object) => [placeOf(object), object]))
  let isStopped = false

  function learn({ object, isGone }: Change): void {
    if (isStopped) return
    const place = placeOf(object)
    const before = known.get(place)
    if (isGone) known.delete(place)
    else known.set(place, object)
    onChange({ object, before, isGone })
  }
  const stopWatch = api.watch((change) => {
    if (lagMs === 0) learn(change)
    else timers.later(() => learn(change), lagMs)
  })
  return {
    at: (place) => known.get(place),
    get(reference) {
      const object = known.get(placeOf(reference))
      const { uid } = reference.metadata
      return uid === undefined || object?.metadata.uid === uid ? object : undefined
    },
    list: (kind, namespace) => selectObjects(known.values(), kind, namespace),
    stop() {
      isStopped = true
      stopWatch()
    },
  }
}
