import type { CoinFlipMeta } from '../domain/coinflip.ts'
import { buildNotification, type Milestone } from '../domain/milestone.ts'
import type { PendingReason } from '../domain/pending-reason.ts'
import type { PublishFailure } from '../nats/message.ts'
import type { HookContext } from './context.ts'
import type { Outcome } from './notifier.ts'

/** How many milestones the stream has acknowledged, and why the next one is pending. */
export interface PublishResult {
  acknowledged: number
  pendingReason?: PendingReason | undefined
}

function isAcknowledged(outcome: Outcome): outcome is Exclude<Outcome, PublishFailure> {
  return outcome.kind === 'stored' || outcome.kind === 'duplicate'
}

/**
 * Publishes milestones one at a time, in order, and none after the first that was not
 * acknowledged: only so are the acknowledged ones a prefix of the history, and the messages of an
 * object in the stream in their order. A publish starts only while its whole timeout fits into the
 * budget; the first one always does.
 */
export async function publishInOrder(
  meta: CoinFlipMeta,
  milestones: readonly Milestone[],
  context: HookContext,
): Promise<PublishResult> {
  const { notifier, clock, settings, log } = context
  const latestStart = clock.elapsedMs() + settings.publishBudgetMs - settings.publishTimeoutMs
  let acknowledged = 0
  for (const milestone of milestones) {
    if (acknowledged > 0 && clock.elapsedMs() > latestStart)
      return { acknowledged, pendingReason: { kind: 'InProgress' } }
    const { subjectPrefix, clusterName } = settings
    const now = clock.now()
    const notification = buildNotification(subjectPrefix, meta, milestone, clusterName, now)
    const outcome = await notifier.publish(notification, settings.publishTimeoutMs)
    if (!isAcknowledged(outcome)) return { acknowledged, pendingReason: outcome }
    acknowledged += 1
    const { namespace, name, uid } = meta
    const facts = { namespace, name, uid, flip: milestone.flip }
    if (outcome.kind === 'stored')
      log.info({ ...facts, sequence: outcome.sequence }, 'notification stored')
    else log.debug(facts, 'duplicate notification refused by the stream')
  }
  return { acknowledged }
}
