import { finalizer, formatNames } from '../../server/cluster/coinflips.ts'
import { compositeName } from '../../server/cluster/composite.ts'
import { pollUntilEmpty } from '../../server/cluster/poll-until-empty.ts'
import { apiVersion, kind } from '../../server/domain/coinflip.ts'
import { hasFinalizer, listCoinFlips, type Row } from '../coinflips/coinflips.ts'
import { isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { send } from '../kube/objects.ts'
import { counted, step, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { composites } from './composite.ts'

/** Deletes objects; their kind need not exist. */
export async function remove(kubectl: Kubectl, kind: string, ...rest: string[]): Promise<void> {
  const args = ['delete', kind, ...rest, '--ignore-not-found']
  const { failure } = await kubectl(args, { limitMs: 120_000 })
  if (failure !== undefined && !isAbsent(failure))
    throw new UserError(`kubectl delete ${kind}: ${failure}`)
}

/** Removes the admission policies with their bindings. */
async function removePolicies(kubectl: Kubectl): Promise<void> {
  for (const [family, name] of [
    ['mutating', 'coinflip-add-finalizer'],
    ['mutating', 'coinflip-keep-finalizer'],
    ['validating', 'coinflip-freeze-in-deletion'],
  ])
    for (const kinds of ['policies', 'policybindings'])
      await remove(kubectl, `${family}admission${kinds}.admissionregistration.k8s.io`, `${name}`)
}

async function listRowsWithFinalizer(kubectl: Kubectl): Promise<Row[]> {
  return ((await listCoinFlips(kubectl)) ?? []).filter(hasFinalizer)
}

/** Removes our finalizer from objects; refused where their finalizers have changed. */
async function removeFinalizers(kubectl: Kubectl, rows: readonly Row[]): Promise<void> {
  const places = Map.groupBy(rows, ({ finalizers }) => finalizers.indexOf(finalizer))
  for (const [index, group] of places) {
    const path = `/metadata/finalizers/${index}`
    const patch = [
      { op: 'test', path, value: finalizer },
      { op: 'remove', path },
    ]
    const objects = group.map(({ namespace, name }) => ({
      apiVersion,
      kind,
      metadata: { namespace, name },
    }))
    // What fails is listed again.
    await send(kubectl, ['patch', '--type=json', '--patch', JSON.stringify(patch)], objects)
  }
}

/**
 * Removes the controller so that no notification is lost and no deletion hangs. In this order:
 * deletions finish, and with them the calls that publish what is pending, unless `force` abandons
 * that; without the CompositeController Metacontroller calls no hook, and the admission policies add
 * no finalizer; the finalizers are removed. `again` is the command that continues after an error, and
 * `patienceMs` the longest wait without progress.
 */
export async function removeController(
  kubectl: Kubectl,
  { force, again, patienceMs = 60_000 }: { force: boolean; again: string; patienceMs?: number },
): Promise<void> {
  const listDeleting = async () =>
    (await listRowsWithFinalizer(kubectl)).filter(({ deleting }) => deleting)
  const deleting = await step('waiting for CoinFlips in deletion', () =>
    force ? listDeleting() : pollUntilEmpty(listDeleting, patienceMs),
  )
  if (force && deleting.length > 0)
    warn(`FORCE=1 abandons the pending notifications of ${formatNames(deleting)}`)
  else if (deleting.length > 0)
    throw new UserError(
      `${counted(deleting.length, 'CoinFlip')} in deletion with pending notifications: ` +
        `${formatNames(deleting)}. \`kubectl get coinflips -A -o wide\` shows the reason; then ` +
        `\`${again}\` continues, and \`FORCE=1 make undeploy\` abandons the notifications`,
    )
  await step('removing the CompositeController', () => remove(kubectl, composites, compositeName))
  // The policies notice a moment later, and add some again.
  const left = await step('removing the finalizer from the CoinFlips', () =>
    pollUntilEmpty(async () => {
      const rows = await listRowsWithFinalizer(kubectl)
      await removeFinalizers(kubectl, rows)
      return rows
    }, patienceMs),
  )
  if (left.length > 0)
    throw new UserError(
      `${counted(left.length, 'CoinFlip')} still with our finalizer: ${formatNames(left)}; does ` +
        `Argo CD or Flux restore the operator? Remove it there; then \`${again}\` continues`,
    )
  await step('removing the admission policies', () => removePolicies(kubectl))
}
