import {
  abandonAnnotation,
  type CoinFlip,
  type CoinFlipStatus,
  generationOf,
  isAnnotated,
  pausedAnnotation,
} from '../domain/coinflip.ts'
import { conditions, type Facts } from '../domain/conditions.ts'
import type { Hindrance } from '../domain/hindrance.ts'
import { outstanding } from '../domain/milestone.ts'
import { type Tally, tally } from '../domain/tally.ts'
import type { HookContext } from './context.ts'
import { publishInOrder } from './publish.ts'
import { resyncAfterSeconds } from './resync.ts'

/** What a hook answers, and what stands in the way of the milestones that are outstanding. */
export interface Reconciliation {
  status: CoinFlipStatus
  resyncAfterSeconds?: number
  hindrance?: Hindrance | undefined
  /** Places of all milestones, the first `status.notifications` of them acknowledged. */
  milestones: number[]
}

/** A field of a stored status, which may be of any shape. */
function storedField(status: unknown, field: keyof CoinFlipStatus): unknown {
  return (status as Partial<CoinFlipStatus> | null | undefined)?.[field]
}

/**
 * How many milestones the stored status says are acknowledged: a hint, cut to what the history
 * allows and 0 where it says nothing sensible. Too low costs repeats that the stream refuses.
 */
export function notifiedBefore(status: unknown, milestones: number): number {
  const hint = storedField(status, 'notifications')
  return Number.isInteger(hint) ? Math.min(Math.max(hint as number, 0), milestones) : 0
}

/** The status of a tallied object; one that is equal when nothing has changed since `stored`. */
export function statusOf(
  generation: number,
  { milestones, ...counts }: Tally,
  outcome: Pick<Facts, 'notifications' | 'hindrance' | 'deleting' | 'abandoned'>,
  stored: unknown,
  now: Date,
): CoinFlipStatus {
  const { notifications } = outcome
  const facts = { generation, milestones, ...outcome }
  return {
    observedGeneration: generation,
    ...counts,
    milestones: milestones.length,
    notifications,
    conditions: conditions(facts, storedField(stored, 'conditions'), now),
  }
}

async function publishOutstanding(
  parent: CoinFlip,
  milestones: number[],
  deleting: boolean,
  context: HookContext,
): Promise<{ notifications: number; hindrance?: Hindrance }> {
  const before = notifiedBefore(parent.status, milestones.length)
  const todo = outstanding(milestones, before)
  if (todo.length > 0 && !deleting && isAnnotated(parent.metadata, pausedAnnotation))
    return { notifications: before, hindrance: { kind: 'Paused' } }
  if (todo.length === 0) return { notifications: before }
  const { acknowledged, ...rest } = await publishInOrder(parent.metadata, todo, context)
  return { notifications: before + acknowledged, ...rest }
}

/** Tallies an object and publishes what is outstanding; a pause does not hold a deletion back. */
export async function reconcile(
  parent: CoinFlip,
  deleting: boolean,
  context: HookContext,
): Promise<Reconciliation> {
  const result = tally(parent.spec.flips)
  const { milestones } = result
  const published = await publishOutstanding(parent, milestones, deleting, context)
  const abandoned = deleting && isAnnotated(parent.metadata, abandonAnnotation)
  const now = context.clock.now()
  const generation = generationOf(parent.metadata)
  const outcome = { ...published, deleting, abandoned }
  const status = statusOf(generation, result, outcome, parent.status, now)
  const { hindrance } = published
  const delay = resyncAfterSeconds(hindrance, status.conditions, now, context.random())
  const resync = delay === undefined ? {} : { resyncAfterSeconds: delay }
  return { status, ...resync, hindrance, milestones }
}
