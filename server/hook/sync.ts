import type { CoinFlip, CoinFlipStatus } from '../domain/coinflip.ts'
import type { SyncAnswer } from '../metacontroller/index.ts'
import type { HookContext } from './context.ts'
import { type Observed, observe } from './observe.ts'
import { reconcile } from './reconcile.ts'

/**
 * Answers a sync call: publishes the pending milestones of an object as far as that is possible now,
 * and computes its status from the object alone.
 */
export function sync(parent: CoinFlip, context: HookContext): Promise<SyncAnswer<CoinFlipStatus>> {
  // Not async itself: a function that waits keeps its parameters, and with them the whole object.
  return syncObserved(observe(parent), context)
}

async function syncObserved(
  observed: Observed,
  context: HookContext,
): Promise<SyncAnswer<CoinFlipStatus>> {
  const { answer } = await reconcile(observed, context)
  const { namespace, name, uid } = observed.meta
  const { flips, milestones, notifications } = answer.status
  context.log.debug({ namespace, name, uid, flips, milestones, notifications }, 'synced')
  return answer
}
