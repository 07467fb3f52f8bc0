import type { CoinFlipMeta } from '../domain/coinflip.ts'
import type { Hindrance } from '../domain/hindrance.ts'
import { eventOf, type Milestone, subjectOf } from '../domain/milestone.ts'
import type { HookContext } from './context.ts'
import type { Outcome } from './notifier.ts'

function isStored(outcome: Outcome): outcome is Exclude<Outcome, Hindrance> {
  return outcome.kind === 'stored' || outcome.kind === 'stored-before'
}

/**
 * Publishes milestones one at a time, in order, and none after the first that was not
 * acknowledged: only so is what is acknowledged a prefix, and the stream in order for each object.
 * A publish starts only while its whole timeout fits into the budget, the first one always.
 * Answers how many were acknowledged, and what stopped the rest.
 */
export async function publishInOrder(
  meta: CoinFlipMeta,
  milestones: readonly Milestone[],
  context: HookContext,
): Promise<{ acknowledged: number; hindrance?: Hindrance }> {
  const { notifier, clock, settings, log } = context
  const latestStart = clock.elapsedMs() + settings.publishBudgetMs - settings.publishTimeoutMs
  let acknowledged = 0
  for (const milestone of milestones) {
    if (acknowledged > 0 && clock.elapsedMs() > latestStart)
      return { acknowledged, hindrance: { kind: 'InProgress' } }
    const subject = subjectOf(settings.subjectPrefix, meta, milestone)
    const event = eventOf(meta, milestone, settings.clusterName, clock.now())
    const outcome = await notifier.publish({ subject, event }, settings.publishTimeoutMs)
    if (!isStored(outcome)) return { acknowledged, hindrance: outcome }
    acknowledged += 1
    const { namespace, name, uid } = meta
    const facts = { namespace, name, uid, flip: milestone.flip }
    if (outcome.kind === 'stored')
      log.info({ ...facts, sequence: outcome.sequence }, 'notification stored')
    else log.debug(facts, 'notification was stored before')
  }
  return { acknowledged }
}
