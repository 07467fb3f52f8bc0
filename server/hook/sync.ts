import type { CoinFlip, CoinFlipStatus } from '../domain/coinflip.ts'
import type { SyncAnswer } from '../metacontroller/index.ts'
import type { HookContext } from './context.ts'
import { reconcile } from './reconcile.ts'

/**
 * Answers a sync call: the status, computed from the object alone, after its outstanding
 * milestones were published as far as that went.
 */
export async function sync(
  parent: CoinFlip,
  context: HookContext,
): Promise<SyncAnswer<CoinFlipStatus>> {
  const { status, resyncAfterSeconds } = await reconcile(parent, false, context)
  const { namespace, name, uid } = parent.metadata
  const { flips, milestones, notifications } = status
  context.log.debug({ namespace, name, uid, flips, milestones, notifications }, 'synced')
  return resyncAfterSeconds === undefined ? { status } : { status, resyncAfterSeconds }
}
