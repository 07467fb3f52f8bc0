import { finalizer, formatNames } from '../../server/cluster/coinflips.ts'
import { compositeName } from '../../server/cluster/composite.ts'
import { pollUntilEmpty } from '../../server/cluster/poll-until-empty.ts'
import { hasFinalizer, listCoinFlips, type Row } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { counted, step, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { poll } from '../lib/wait-for.ts'
import { composites, findComposite } from './composite.ts'

const finalizerPolicy = 'coinflip-stamp-finalizer'

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

/** Removes an admission policy, its binding first. */
async function removePolicy(kubectl: Kubectl, kind: string, name: string): Promise<void> {
  await remove(kubectl, `${kind}bindings.admissionregistration.k8s.io`, name)
  await remove(kubectl, `${kind.replace(/y$/, 'ies')}.admissionregistration.k8s.io`, name)
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

/**
 * Removes our finalizer from an object; the patch fails if the finalizers have changed. Returns the
 * output of kubectl.
 */
async function removeFinalizer(kubectl: Kubectl, row: Row, ...options: string[]): Promise<string> {
  const { namespace, name, finalizers } = row
  const path = `/metadata/finalizers/${finalizers.indexOf(finalizer)}`
  const patch = [
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ]
  const how = ['--type=json', '--patch', JSON.stringify(patch)]
  const all = ['patch', coinflips, name, '--namespace', namespace, ...how, ...options]
  return (await kubectl(all)).stdout
}

/** Options of a dry run of `removeFinalizer` that prints the remaining finalizers. */
const dryRun = ['--dry-run=server', '-o', 'jsonpath={.metadata.finalizers}']

/**
 * Waits until the API server no longer applies the removed finalizer policy, which takes a second.
 * A finalizer that is removed earlier is added again, and Metacontroller does not retry before its
 * next resync: `make run` took 45 s longer to end.
 */
async function awaitPolicyRemoved({ kubectl, again, limitMs = 60_000 }: Removal): Promise<void> {
  const isUnstamped = async () => {
    const row = (await listRowsWithFinalizer(kubectl)).find(({ deleting }) => !deleting)
    const left = row ? await removeFinalizer(kubectl, row, ...dryRun) : ''
    return !left.includes(finalizer)
  }
  if (!(await poll(isUnstamped, { timeoutMs: limitMs, intervalMs: 500 })))
    throw new UserError(
      `the policy ${finalizerPolicy} is still applied: does Argo CD or Flux restore it? ` +
        `Remove it there; then \`${again}\` continues`,
    )
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
        'does Metacontroller run? `FORCE=1 make undeploy` removes it without Metacontroller',
    )
}

/**
 * Removes the controller so that no notification is lost and no deletion hangs. In this order: no
 * object gets the finalizer any more; deletions finish; Metacontroller removes the finalizer from
 * the other objects, once there is no finalize hook; the CompositeController is deleted.
 */
export async function removeController(options: Removal): Promise<void> {
  const { kubectl } = options
  await step('removing the policy that adds the finalizer', async () => {
    await removePolicy(kubectl, 'mutatingadmissionpolicy', finalizerPolicy)
    await awaitPolicyRemoved(options)
  })
  await step('waiting for CoinFlips in deletion', () => awaitDeletions(options))
  const composite = await findComposite(kubectl)
  if (composite?.spec.hooks?.finalize) {
    const how = ['--type=json', '--patch', '[{"op":"remove","path":"/spec/hooks/finalize"}]']
    await ask(kubectl, 'patch', composites, compositeName, ...how)
  }
  await step('removing the finalizer from the CoinFlips', () => awaitFinalizersRemoved(options))
  await step('removing the CompositeController', async () => {
    await remove(kubectl, composites, compositeName)
    await removePolicy(kubectl, 'validatingadmissionpolicy', 'coinflip-freeze-in-deletion')
  })
}
