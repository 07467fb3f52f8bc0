import { thirdTails } from '../lib/oracle.ts'
import type { Seen } from '../lib/plane/coinflips.ts'

/** What a status has to say of these flips; the service's own counting has no part in it. */
export function isRight({ letters, generation, status }: Seen): boolean {
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

/** Knows of each object whether it is as it should be, and all that it once was. */
export interface Health {
  see(object: Seen, gone: boolean): void
  /** Objects that are not as they should be: in deletion, or with a status that is not right. */
  ailing(): Seen[]
  /** Those that are not in deletion, in the order of their creation. */
  living(): Seen[]
  /** What an object was like at an earlier time, the oldest first. */
  past(uid: string): readonly Seen[]
  /**
   * Resolves to how long it takes until every object that ails now has been right once since, or
   * is gone; to undefined if the limit passes first.
   */
  heal(limitMs: number): Promise<number | undefined>
}

export function watchHealth(): Health {
  const present = new Map<string, Seen>()
  const pasts = new Map<string, Seen[]>()
  const patients = new Set<{ uids: Set<string>; healed: () => void }>()

  const isWell = (object: Seen) => !object.deleting && isRight(object)
  const ailing = () => [...present.values()].filter((object) => !isWell(object))
  return {
    see(object, gone) {
      if (gone) present.delete(object.uid)
      else {
        present.set(object.uid, object)
        const past = pasts.get(object.uid)
        if (past) past.push(object)
        else pasts.set(object.uid, [object])
      }
      if (!gone && !isWell(object)) return
      for (const { uids, healed } of patients)
        if (uids.delete(object.uid) && uids.size === 0) healed()
    },
    ailing,
    living: () => [...present.values()].filter(({ deleting }) => !deleting),
    past: (uid) => pasts.get(uid) ?? [],
    heal(limitMs) {
      const start = performance.now()
      const uids = new Set(ailing().map(({ uid }) => uid))
      if (uids.size === 0) return Promise.resolve(0)
      const { promise, resolve } = Promise.withResolvers<number | undefined>()
      const timer = setTimeout(() => resolve(undefined), limitMs)
      const patient = { uids, healed: () => resolve(performance.now() - start) }
      patients.add(patient)
      void promise.finally(() => {
        clearTimeout(timer)
        patients.delete(patient)
      })
      return promise
    },
  }
}
