import type { CoinFlipStatus } from '../domain/coinflip.ts'
import { conditions, type Facts } from '../domain/conditions.ts'
import type { Hindrance } from '../domain/hindrance.ts'
import { outstanding } from '../domain/milestone.ts'
import type { Tally } from '../domain/tally.ts'
import type { HookContext } from './context.ts'
import type { Observed } from './observe.ts'
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
    conditions: conditions(facts, stored, now),
  }
}

/** Publishes what is outstanding; a pause does not hold a deletion back. */
async function publishOutstanding(
  { meta, tally, acknowledged: before, isPaused, isDeleting }: Observed,
  context: HookContext,
): Promise<{ acknowledged: number; hindrance?: Hindrance }> {
  const todo = outstanding(tally.milestones, before)
  if (todo.length === 0) return { acknowledged: before }
  if (isPaused && !isDeleting) return { acknowledged: before, hindrance: { kind: 'Paused' } }
  const { acknowledged, ...rest } = await publishInOrder(meta, todo, context)
  return { acknowledged: before + acknowledged, ...rest }
}

/** Publishes what is outstanding of an object, and gives its status. */
export async function reconcile(observed: Observed, context: HookContext): Promise<Reconciliation> {
  const { tally, isDeleting: deleting } = observed
  const abandoned = deleting && observed.isAbandoned
  const { acknowledged: notifications, hindrance } = await publishOutstanding(observed, context)
  const now = context.clock.now()
  const { generation } = observed.meta
  const outcome = { notifications, hindrance, deleting, abandoned }
  const status = statusOf(generation, tally, outcome, observed.conditions, now)
  const delay = resyncAfterSeconds(hindrance, status.conditions, now, context.random())
  const resync = delay === undefined ? {} : { resyncAfterSeconds: delay }
  return { status, ...resync, hindrance, milestones: tally.milestones }
}
