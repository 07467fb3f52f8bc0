import { formatNames } from '../../server/cluster/coinflips.ts'
import { pollUntilEmpty } from '../../server/cluster/poll-until-empty.ts'
import { hasFinalizer, listCoinFlips } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import { ask, type Kubectl } from '../kube/kubectl.ts'
import { counted, say, step } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { findComposite } from '../metacontroller/composite.ts'
import { remove } from '../metacontroller/remove-controller.ts'

/** Longest wait without progress. */
const patienceMs = 60_000

/** Deletes all objects; returns when the last one is gone. */
async function deleteAll(kubectl: Kubectl): Promise<void> {
  await ask(kubectl, 'delete', coinflips, '--all', '--all-namespaces', '--wait=false')
  const left = await pollUntilEmpty(async () => (await listCoinFlips(kubectl)) ?? [], patienceMs)
  if (left.length > 0)
    throw new UserError(
      `${counted(left.length, 'CoinFlip')} in deletion: ${formatNames(left)}; does the controller run? ` +
        '`kubectl get coinflips -A -o wide` shows the reason; run it again to continue',
    )
}

/** Removes the CRD, and deletes CoinFlips only if asked to. */
export async function uninstall(kubectl: Kubectl, deleteCoinFlips: boolean): Promise<void> {
  const rows = await listCoinFlips(kubectl)
  if (rows === undefined) return say('the CRD is not installed: nothing to do')
  if (rows.length > 0 && !deleteCoinFlips)
    throw new UserError(
      `${counted(rows.length, 'CoinFlip')} in the cluster, so the CRD stays: ` +
        '`DELETE_COINFLIPS=1 make uninstall` deletes them first',
    )
  // Without a controller their notifications would be lost, or their deletion would never end.
  const owed = rows.filter((row) => hasFinalizer(row) || !row.settled)
  if (owed.length > 0 && !(await findComposite(kubectl)))
    throw new UserError(
      `without a controller these cannot be deleted: ${formatNames(owed)}; ` +
        'start it by `make run` or `make deploy IMG=`',
    )
  if (rows.length > 0)
    await step(`deleting ${counted(rows.length, 'CoinFlip')}`, () => deleteAll(kubectl))
  await step(`removing the CRD ${coinflips}`, () => remove(kubectl, 'crd', coinflips))
}
