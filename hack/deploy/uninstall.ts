import { isHeld, listCoinFlips, namesOf } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import { ask, type Kubectl } from '../kube/kubectl.ts'
import { untilEmpty } from '../kube/until.ts'
import { counted, say, step } from '../lib/step.ts'
import { UserError } from '../lib/user-error.ts'
import { findComposite } from '../metacontroller/composite.ts'
import { remove } from '../metacontroller/remove-controller.ts'

/** Longest wait in which not a single object goes. */
const patienceMs = 60_000

/** Deletes all objects; returns when the controller has let the last one go. */
async function deleteAll(kubectl: Kubectl): Promise<void> {
  await ask(kubectl, 'delete', coinflips, '--all', '--all-namespaces', '--wait=false')
  const left = await untilEmpty(async () => (await listCoinFlips(kubectl)) ?? [], patienceMs)
  if (left.length > 0)
    throw new UserError(
      `${counted(left.length, 'CoinFlip')} in deletion: ${namesOf(left)}; does the controller run? ` +
        '`kubectl get coinflips -A -o wide` tells what is in the way; repeating goes on',
    )
}

/** Takes the CRD out of the cluster, but never a history that nobody asked to delete. */
export async function uninstall(kubectl: Kubectl, deleteCoinFlips: boolean): Promise<void> {
  const rows = await listCoinFlips(kubectl)
  if (rows === undefined) return say('the cluster knows no CoinFlips: nothing to do')
  if (rows.length > 0 && !deleteCoinFlips)
    throw new UserError(
      `${counted(rows.length, 'CoinFlip')} in the cluster, so the CRD stays: ` +
        '`DELETE_COINFLIPS=1 make uninstall` deletes them first',
    )
  // Without a controller their notifications would be lost, or they would never go.
  const owed = rows.filter((row) => isHeld(row) || !row.settled)
  if (owed.length > 0 && !(await findComposite(kubectl)))
    throw new UserError(
      `without the controller these cannot be deleted: ${namesOf(owed)}; ` +
        'start it by `make run` or `make deploy IMG=`',
    )
  if (rows.length > 0)
    await step(`deleting ${counted(rows.length, 'CoinFlip')}`, () => deleteAll(kubectl))
  await step(`taking out the CRD ${coinflips}`, () => remove(kubectl, 'crd', coinflips))
}
