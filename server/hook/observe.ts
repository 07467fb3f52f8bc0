import {
  abandonAnnotation,
  type CoinFlip,
  type CoinFlipMeta,
  type CoinFlipStatus,
  generationOf,
  isAnnotated,
  pausedAnnotation,
} from '../domain/coinflip.ts'
import { type HeldCondition, heldConditions } from '../domain/conditions.ts'
import { type Tally, tally } from '../domain/tally.ts'

/**
 * What a hook keeps of an object while it publishes: little, whatever else the call carries, so that
 * the memory of a large body is free while NATS is waited for.
 */
export interface Observed {
  meta: Pick<CoinFlipMeta, 'namespace' | 'name' | 'uid'> & { generation: number }
  tally: Tally
  /** How many milestones the stored status says are acknowledged. */
  acknowledged: number
  /** What the stored status says about conditions. */
  conditions: HeldCondition[]
  isPaused: boolean
  /** Whether the object may go with notifications pending. */
  isAbandoned: boolean
  isDeleting: boolean
}

/** A field of a stored status, which may be of any shape. */
export function storedField(status: unknown, field: keyof CoinFlipStatus): unknown {
  return (status as Partial<CoinFlipStatus> | null | undefined)?.[field]
}

/**
 * How many milestones the stored status says are acknowledged: a hint, cut to what the history
 * allows and 0 where it says nothing sensible. Too low costs repeats that the stream refuses.
 */
export function acknowledgedCount(status: unknown, milestones: number): number {
  const hint = storedField(status, 'notifications')
  return Number.isInteger(hint) ? Math.min(Math.max(hint as number, 0), milestones) : 0
}

/** Reads an object as a call brings it; not in deletion, which only a finalize call says for sure. */
export function observe({ metadata, spec, status }: CoinFlip): Observed {
  const { namespace, name, uid } = metadata
  const counts = tally(spec.flips)
  return {
    meta: { namespace, name, uid, generation: generationOf(metadata) },
    tally: counts,
    acknowledged: acknowledgedCount(status, counts.milestones.length),
    conditions: heldConditions(storedField(status, 'conditions')),
    isPaused: isAnnotated(metadata, pausedAnnotation),
    isAbandoned: isAnnotated(metadata, abandonAnnotation),
    isDeleting: false,
  }
}
