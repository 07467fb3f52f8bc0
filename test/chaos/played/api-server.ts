import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { CoinFlipStatus } from '../../../server/domain/coinflip.ts'
import type { Seen } from '../../lib/plane/coinflips.ts'
import type { Answer } from '../world.ts'

type Listener = (object: Seen, gone: boolean) => void

/**
 * An API server as far as CoinFlips go, in memory: every change makes another object, those
 * before stay as they were. It has both admission policies: the finalizer is there from the
 * start, and nothing is appended once deletion has begun.
 */
export interface PlayedApiServer {
  create(name: string, letters: string): Answer
  append(name: string, letters: string): Answer
  remove(name: string): Answer
  get(name: string): Seen | undefined
  list(): Seen[]
  /** Replaces the status of that very object, which is no change where both are equal. */
  putStatus(of: Pick<Seen, 'uid' | 'name'>, status: CoinFlipStatus): void
  removeFinalizer(of: Pick<Seen, 'uid' | 'name'>): void
  /** Hears each change at once and in order. */
  watch(listener: Listener): void
}

export function playApiServer(): PlayedApiServer {
  const objects = new Map<string, Seen>()
  const listeners: Listener[] = []

  function store(object: Seen): void {
    objects.set(object.name, object)
    for (const listener of listeners) listener(object, false)
  }
  const refusal = (why: string): Answer => ({ accepted: false, why })
  const consent = ({ uid }: Seen): Answer => ({ accepted: true, uid })
  const find = ({ name, uid }: Pick<Seen, 'uid' | 'name'>) => {
    const object = objects.get(name)
    return object?.uid === uid ? object : undefined
  }

  return {
    create(name, letters) {
      if (objects.has(name)) return refusal('it exists')
      const object: Seen = { uid: randomUUID(), name, generation: 1, deleting: false, letters }
      store(object)
      return consent(object)
    },
    append(name, letters) {
      const object = objects.get(name)
      if (!object) return refusal('not found')
      if (object.deleting) return refusal('it is being deleted')
      const { generation } = object
      store({ ...object, generation: generation + 1, letters: object.letters + letters })
      return consent(object)
    },
    remove(name) {
      const object = objects.get(name)
      if (!object) return refusal('not found')
      if (!object.deleting) store({ ...object, generation: object.generation + 1, deleting: true })
      return consent(object)
    },
    get: (name) => objects.get(name),
    list: () => [...objects.values()],
    putStatus(of, status) {
      const object = find(of)
      if (object && !isDeepStrictEqual(object.status, status)) store({ ...object, status })
    },
    removeFinalizer(of) {
      const object = find(of)
      if (!object?.deleting) return
      objects.delete(object.name)
      for (const listener of listeners) listener(object, true)
    },
    watch: (listener) => void listeners.push(listener),
  }
}
