import {
  abandonAnnotation,
  type CoinFlip,
  type CoinFlipMeta,
  type CoinFlipStatus,
  isAnnotated,
  pausedAnnotation,
  readGeneration,
} from '../domain/coinflip.ts'
import { type Tally, tally } from '../domain/tally.ts'
import type { StoredCondition } from '../metacontroller/index.ts'
import { readStoredConditions } from './conditions.ts'

/**
 * The part of an object that a hook keeps while it publishes. It is small, so that the memory of a
 * large body is free while the hook waits for NATS.
 */
export interface Observed {
  meta: Pick<CoinFlipMeta, 'namespace' | 'name' | 'uid'> & { generation: number }
  tally: Tally
  /** How many milestones are acknowledged by the stored status. */
  acknowledged: number
  /** The conditions of the stored status. */
  conditions: StoredCondition[]
  isPaused: boolean
  /** Whether the object may be deleted with notifications pending. */
  isAbandoned: boolean
  isDeleting: boolean
}

/** Reads a field of a stored status, which may be of any shape. */
export function readStoredField(status: unknown, field: keyof CoinFlipStatus): unknown {
  return (status as Partial<CoinFlipStatus> | null | undefined)?.[field]
}

/**
 * Reads how many milestones are acknowledged by the stored status: a hint, limited to what the
 * history allows and 0 where it is not valid. Too low costs duplicates that the stream refuses.
 */
export function readAcknowledged(status: unknown, milestones: number): number {
  const hint = readStoredField(status, 'notifications')
  return Number.isInteger(hint) ? Math.min(Math.max(hint as number, 0), milestones) : 0
}

/** Reads the object of a sync call; a finalize call adds that the object is in deletion. */
export function observe({ metadata, spec, status }: CoinFlip): Observed {
  const { namespace, name, uid } = metadata
  const counts = tally(spec.flips)
  return {
    meta: { namespace, name, uid, generation: readGeneration(metadata) },
    tally: counts,
    acknowledged: readAcknowledged(status, counts.milestones.length),
    conditions: readStoredConditions(readStoredField(status, 'conditions')),
    isPaused: isAnnotated(metadata, pausedAnnotation),
    isAbandoned: isAnnotated(metadata, abandonAnnotation),
    isDeleting: false,
  }
}
