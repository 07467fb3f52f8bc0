import { abandonAnnotation } from '../domain/coinflip.ts'
import type { Api, Outcome } from './api.ts'
import { formatNames, listWithFinalizer, type Metadata, removeFinalizers } from './coinflips.ts'
import { deleteComposite } from './composite.ts'
import { pollUntilEmpty } from './poll-until-empty.ts'

type Listed = Metadata[] | { fault: string }

/** The CoinFlips whose deletion waits for their notifications. */
async function listDeleting(api: Api): Promise<Listed> {
  const found = await listWithFinalizer(api)
  if ('fault' in found) return found
  return found.filter(({ deletionTimestamp }) => deletionTimestamp !== undefined)
}

/**
 * Ends the work of the operator so that every CoinFlip stays, and can be deleted without it: waits
 * for deletions, whose notifications are published meanwhile, deletes the CompositeController, and
 * removes the finalizer from the CoinFlips. May be repeated. `patienceMs` is the longest wait
 * without progress.
 */
export async function release(api: Api, patienceMs = 60_000): Promise<Outcome> {
  const deleting = await pollUntilEmpty(() => listDeleting(api), patienceMs)
  if ('fault' in deleting) return deleting
  if (deleting.length > 0)
    return {
      fault:
        `CoinFlips in deletion with pending notifications: ${formatNames(deleting)}. ` +
        '`kubectl get coinflips -A -o wide` shows the reason, and the annotation ' +
        `${abandonAnnotation}=true abandons the notifications; then repeat this`,
    }
  // From here on Metacontroller calls no hook, and the admission policy adds no finalizer.
  const deleted = await deleteComposite(api)
  if ('fault' in deleted && deleted.code !== 404) return deleted

  let count = 0
  const left = await pollUntilEmpty(async (): Promise<Listed> => {
    const found = await listWithFinalizer(api)
    if ('fault' in found) return found
    count = Math.max(count, found.length)
    const fault = await removeFinalizers(api, found)
    return fault === undefined ? found : { fault }
  }, patienceMs)
  if ('fault' in left) return left
  if (left.length > 0)
    return {
      fault:
        `CoinFlips get the finalizer again: ${formatNames(left)}. ` +
        'Does Argo CD, Flux or Helm restore the operator? Remove it there; then repeat this',
    }
  return { done: `removed the CompositeController, and the finalizer from ${count} CoinFlips` }
}
