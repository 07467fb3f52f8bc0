import type { CoinFlipStatus } from '../domain/coinflip.ts'
import type { Facts } from '../domain/conditions.ts'
import { findPending } from '../domain/milestone.ts'
import type { PendingReason } from '../domain/pending-reason.ts'
import type { Tally } from '../domain/tally.ts'
import type { SyncAnswer } from '../metacontroller/index.ts'
import { computeConditions } from './conditions.ts'
import type { HookContext } from './context.ts'
import type { Observed } from './observe.ts'
import { type PublishResult, publishInOrder } from './publish.ts'
import { computeResync } from './resync.ts'

/** What a hook answers, and why milestones are pending. */
export interface Reconciliation {
  answer: SyncAnswer<CoinFlipStatus>
  pendingReason: PendingReason | undefined
}

/** Builds the status of a tallied object; it is equal to `stored` when nothing has changed. */
export function buildStatus(
  generation: number,
  { milestones, ...counts }: Tally,
  outcome: Omit<Facts, 'milestones'>,
  stored: unknown,
  now: Date,
): CoinFlipStatus {
  return {
    observedGeneration: generation,
    ...counts,
    milestones: milestones.length,
    notifications: outcome.notifications,
    conditions: computeConditions({ generation, milestones, ...outcome }, stored, now),
  }
}

/** Publishes the pending notifications; a pause does not stop those of an object in deletion. */
async function publishPending(
  { meta, tally, acknowledged: before, isPaused, isDeleting }: Observed,
  context: HookContext,
): Promise<PublishResult> {
  const pending = findPending(tally.milestones, before)
  if (pending.length === 0) return { acknowledged: before }
  if (isPaused && !isDeleting) return { acknowledged: before, pendingReason: { kind: 'Paused' } }
  const { acknowledged, pendingReason } = await publishInOrder(meta, pending, context)
  return { acknowledged: before + acknowledged, pendingReason }
}

/** Publishes the pending notifications of an object, and computes its status. */
export async function reconcile(observed: Observed, context: HookContext): Promise<Reconciliation> {
  const { meta, tally, isDeleting } = observed
  const { acknowledged, pendingReason } = await publishPending(observed, context)
  const now = context.clock.now()
  const isAbandoned = isDeleting && observed.isAbandoned
  const outcome = { notifications: acknowledged, pendingReason, isDeleting, isAbandoned }
  const status = buildStatus(meta.generation, tally, outcome, observed.conditions, now)
  const resyncAfterSeconds = computeResync(pendingReason, status.conditions, now, context.random())
  return { answer: { status, resyncAfterSeconds }, pendingReason }
}
