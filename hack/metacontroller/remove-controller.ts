import { finalizer, formatNames } from '../../server/cluster/coinflips.ts'
import { compositeName } from '../../server/cluster/composite.ts'
import { pollUntilEmpty } from '../../server/cluster/poll-until-empty.ts'
import { hasFinalizer, listCoinFlips, type Row } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { counted, step, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { composites, findComposite } from './composite.ts'

const policies = [
  ['mutatingadmissionpolicies', 'coinflip-add-finalizer'],
  ['mutatingadmissionpolicies', 'coinflip-keep-finalizer'],
  ['validatingadmissionpolicies', 'coinflip-freeze-in-deletion'],
] as const

export interface Removal {
  kubectl: Kubectl
  /** Removes finalizers of objects whose notifications are pending. */
  force: boolean
  /** Whether a Metacontroller serves our CompositeController, and so removes finalizers. */
  served: boolean
  /** The command that continues after an abort. */
  again: string
  limitMs?: number
}

/** Deletes objects; their kind need not exist. */
export async function remove(kubectl: Kubectl, kind: string, ...rest: string[]): Promise<void> {
  const args = ['delete', kind, ...rest, '--ignore-not-found']
  const { failure } = await kubectl(args, { limitMs: 120_000 })
  if (failure !== undefined && !isAbsent(failure))
    throw new UserError(`kubectl delete ${kind}: ${failure}`)
}

async function listRowsWithFinalizer(kubectl: Kubectl): Promise<Row[]> {
  return ((await listCoinFlips(kubectl)) ?? []).filter(hasFinalizer)
}

/** Waits for the finalize calls of objects in deletion, which publish pending notifications. */
async function awaitDeletions({ kubectl, force, again, limitMs = 60_000 }: Removal): Promise<void> {
  const list = async () => (await listRowsWithFinalizer(kubectl)).filter(({ deleting }) => deleting)
  const rows = force ? await list() : await pollUntilEmpty(list, limitMs)
  if (rows.length === 0) return
  const names = formatNames(rows)
  if (force) return warn(`FORCE=1 abandons the pending notifications of ${names}`)
  throw new UserError(
    `${counted(rows.length, 'CoinFlip')} in deletion with pending notifications: ${names}. ` +
      '`kubectl get coinflips -A -o wide` shows the reason; then ' +
      `\`${again}\` continues, and \`FORCE=1 make undeploy\` abandons the notifications`,
  )
}

/** Removes our finalizer from an object; the patch fails if the finalizers have changed. */
async function removeFinalizer(kubectl: Kubectl, row: Row): Promise<void> {
  const { namespace, name, finalizers } = row
  const path = `/metadata/finalizers/${finalizers.indexOf(finalizer)}`
  const patch = [
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ]
  const how = ['--type=json', '--patch', JSON.stringify(patch)]
  await kubectl(['patch', coinflips, name, '--namespace', namespace, ...how])
}

/** Waits, while there is progress, until no object has our finalizer. */
async function awaitFinalizersRemoved({
  kubectl,
  served,
  force,
  limitMs = 60_000,
}: Removal): Promise<void> {
  const left = await pollUntilEmpty(async () => {
    const rows = await listRowsWithFinalizer(kubectl)
    if (!served || force) for (const row of rows) await removeFinalizer(kubectl, row)
    return rows
  }, limitMs)
  if (left.length > 0)
    throw new UserError(
      `${counted(left.length, 'CoinFlip')} still with our finalizer: ${formatNames(left)}; ` +
        'does Metacontroller run, and does Argo CD or Flux restore the CompositeController? ' +
        '`FORCE=1 make undeploy` removes it without Metacontroller',
    )
}

/**
 * Removes the controller so that no notification is lost and no deletion hangs. In this order:
 * deletions finish; without the finalize hook, the admission policies add no finalizer and
 * Metacontroller removes it from the other objects; the CompositeController is deleted.
 */
export async function removeController(options: Removal): Promise<void> {
  const { kubectl } = options
  await step('waiting for CoinFlips in deletion', () => awaitDeletions(options))
  const composite = await findComposite(kubectl)
  if (composite?.spec.hooks?.finalize) {
    const how = ['--type=json', '--patch', '[{"op":"remove","path":"/spec/hooks/finalize"}]']
    await ask(kubectl, 'patch', composites, compositeName, ...how)
  }
  await step('removing the finalizer from the CoinFlips', () => awaitFinalizersRemoved(options))
  await step('removing the CompositeController and the admission policies', async () => {
    await remove(kubectl, composites, compositeName)
    for (const [kind, name] of policies) {
      await remove(kubectl, `${kind}.admissionregistration.k8s.io`, name)
      await remove(
        kubectl,
        `${kind.replace('ies', 'ybindings')}.admissionregistration.k8s.io`,
        name,
      )
    }
  })
}
