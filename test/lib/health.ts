import { thirdTails } from '../../hack/lib/oracle.ts'
import type { ObservedCoinFlip } from './plane/coinflips.ts'

/** Whether a status is correct for the flips; the service's own counting has no part in it. */
export function isCorrect({ letters, generation, status }: ObservedCoinFlip): boolean {
  if (!status) return false
  const heads = letters.split('H').length - 1
  const milestones = thirdTails(letters).length
  const ready = status.conditions.find(({ type }) => type === 'Ready')
  return (
    status.observedGeneration === generation &&
    status.flips === letters.length &&
    status.heads === heads &&
    status.tails === letters.length - heads &&
    status.milestones === milestones &&
    status.notifications === milestones &&
    ready?.status === 'True' &&
    ready.observedGeneration === generation
  )
}

/** Whether nothing is left to do for an object. */
export const isHealthy = (object: ObservedCoinFlip) => !object.deleting && isCorrect(object)

/** The present state of each object, and its earlier ones. */
export type Health = ReturnType<typeof trackHealth>

export function trackHealth() {
  const present = new Map<string, ObservedCoinFlip>()
  const histories = new Map<string, ObservedCoinFlip[]>()
  const waiting = new Set<{ uids: Set<string>; done: () => void }>()
  // Kept at each update: to judge 100,000 objects at each question took 40 % of a core.
  const wrong = new Map<string, ObservedCoinFlip>()

  const unhealthy = () => [...wrong.values()]
  return {
    update(object: ObservedCoinFlip, gone: boolean) {
      if (gone) present.delete(object.uid)
      else {
        present.set(object.uid, object)
        const history = histories.get(object.uid)
        if (history) history.push(object)
        else histories.set(object.uid, [object])
      }
      if (!gone && !isHealthy(object)) {
        wrong.set(object.uid, object)
        return
      }
      wrong.delete(object.uid)
      for (const { uids, done } of waiting) if (uids.delete(object.uid) && uids.size === 0) done()
    },
    /** Objects that are in deletion, or whose status is not correct. */
    unhealthy,
    /** Objects that are not in deletion, in the order of their creation. */
    notDeleting: () => [...present.values()].filter(({ deleting }) => !deleting),
    /** The states of an object so far, the oldest first. */
    history: (uid: string): readonly ObservedCoinFlip[] => histories.get(uid) ?? [],
    /**
     * Resolves to how long it takes until each object that is unhealthy now has been healthy once,
     * or is gone; to undefined if the limit passes first.
     */
    awaitRecovery(limitMs: number): Promise<number | undefined> {
      const start = performance.now()
      const uids = new Set(unhealthy().map(({ uid }) => uid))
      if (uids.size === 0) return Promise.resolve(0)
      const { promise, resolve } = Promise.withResolvers<number | undefined>()
      const timer = setTimeout(() => resolve(undefined), limitMs)
      const entry = { uids, done: () => resolve(performance.now() - start) }
      waiting.add(entry)
      void promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(entry)
      })
      return promise
    },
  }
}
