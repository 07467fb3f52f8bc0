import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { CoinFlipStatus } from '../../../server/domain/coinflip.ts'
import type { ObservedCoinFlip } from '../../lib/plane/coinflips.ts'
import type { Answer } from '../cluster.ts'

type Listener = (object: ObservedCoinFlip, gone: boolean) => void

/**
 * An API server for CoinFlips, in memory: every change makes another object, earlier ones stay as
 * they were. It has both admission policies: each object has the finalizer from the start, and
 * nothing is appended to one in deletion.
 */
export interface SimulatedApiServer {
  create(name: string, letters: string): Answer
  append(name: string, letters: string): Answer
  remove(name: string): Answer
  get(name: string): ObservedCoinFlip | undefined
  list(): ObservedCoinFlip[]
  /** Replaces the status of the object with that uid; an equal status is no change. */
  putStatus(of: Pick<ObservedCoinFlip, 'uid' | 'name'>, status: CoinFlipStatus): void
  removeFinalizer(of: Pick<ObservedCoinFlip, 'uid' | 'name'>): void
  /** Calls the listener for each change at once and in order. */
  watch(listener: Listener): void
}

export function simulateApiServer(): SimulatedApiServer {
  const objects = new Map<string, ObservedCoinFlip>()
  const listeners: Listener[] = []

  function store(object: ObservedCoinFlip): void {
    objects.set(object.name, object)
    for (const listener of listeners) listener(object, false)
  }
  const refusal = (why: string): Answer => ({ accepted: false, why })
  const consent = ({ uid }: ObservedCoinFlip): Answer => ({ accepted: true, uid })
  const find = ({ name, uid }: Pick<ObservedCoinFlip, 'uid' | 'name'>) => {
    const object = objects.get(name)
    return object?.uid === uid ? object : undefined
  }

  return {
    create(name, letters) {
      if (objects.has(name)) return refusal('it exists')
      const object: ObservedCoinFlip = {
        uid: randomUUID(),
        name,
        generation: 1,
        deleting: false,
        letters,
      }
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
