import { finalizer, isHeld, listCoinFlips, namesOf, type Row } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { until, untilEmpty } from '../kube/until.ts'
import { warn } from '../lib/script.ts'
import { counted, step } from '../lib/step.ts'
import { UserError } from '../lib/user-error.ts'
import { compositeName, composites, findComposite } from './composite.ts'

const stampPolicy = 'coinflip-stamp-finalizer'

export interface Leave {
  kubectl: Kubectl
  /** Lets objects go whose notifications are not published. */
  force: boolean
  /** Whether a Metacontroller serves our CompositeController, and so takes finalizers off. */
  served: boolean
  /** The command that goes on after an abort. */
  again: string
  limitMs?: number
}

/** Deletes objects whose kind the cluster may not even know. */
export async function remove(kubectl: Kubectl, kind: string, ...rest: string[]): Promise<void> {
  const { failure } = await kubectl(['delete', kind, ...rest, '--ignore-not-found'], 120_000)
  if (failure !== undefined && !isAbsent(failure))
    throw new UserError(`kubectl delete ${kind}: ${failure}`)
}

/** Takes away an admission policy with its binding, the binding first. */
async function removePolicy(kubectl: Kubectl, kind: string, name: string): Promise<void> {
  await remove(kubectl, `${kind}bindings.admissionregistration.k8s.io`, name)
  await remove(kubectl, `${kind.replace(/y$/, 'ies')}.admissionregistration.k8s.io`, name)
}

async function heldRows(kubectl: Kubectl): Promise<Row[]> {
  return ((await listCoinFlips(kubectl)) ?? []).filter(isHeld)
}

/** Objects in deletion get their finalize call, and so the time to publish what is outstanding. */
async function awaitDeletions({ kubectl, force, again, limitMs = 60_000 }: Leave): Promise<void> {
  const list = async () => (await heldRows(kubectl)).filter(({ deleting }) => deleting)
  const rows = force ? await list() : await untilEmpty(list, limitMs)
  if (rows.length === 0) return
  const names = namesOf(rows)
  if (force) return warn(`unpublished, by FORCE=1: ${names}`)
  throw new UserError(
    `${counted(rows.length, 'CoinFlip')} in deletion with notifications to publish: ${names}. ` +
      '`kubectl get coinflips -A -o wide` tells what is in the way; then ' +
      `\`${again}\` goes on, and \`FORCE=1 make undeploy\` lets them go unpublished`,
  )
}

/**
 * Takes our finalizer off one object, and no other: the patch fails if they have changed. Returns
 * what kubectl prints.
 */
async function release(kubectl: Kubectl, row: Row, ...options: string[]): Promise<string> {
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

/** A dry run of `release`, which prints the finalizers that would be left. */
const dryRun = ['--dry-run=server', '-o', 'jsonpath={.metadata.finalizers}']

/**
 * Waits until the API server has noticed that the stamping policy is gone, which takes it a
 * second. A finalizer that is removed earlier is put back, and Metacontroller does not try
 * again before its next resync: `make run` took 45 s longer to end.
 */
async function awaitUnstamped({ kubectl, again, limitMs = 60_000 }: Leave): Promise<void> {
  const unstamped = await until(async () => {
    const row = (await heldRows(kubectl)).find(({ deleting }) => !deleting)
    const left = row ? await release(kubectl, row, ...dryRun) : ''
    return left.includes(finalizer) ? undefined : true
  }, limitMs)
  if (!unstamped)
    throw new UserError(
      `the policy ${stampPolicy} still acts: does Argo CD or Flux put it back? ` +
        `Remove it there; then \`${again}\` goes on`,
    )
}

/** Waits, as long as there is progress, until no object has our finalizer any more. */
async function awaitRelease({ kubectl, served, force, limitMs = 60_000 }: Leave): Promise<void> {
  const left = await untilEmpty(async () => {
    const rows = await heldRows(kubectl)
    if (!served || force) for (const row of rows) await release(kubectl, row)
    return rows
  }, limitMs)
  if (left.length > 0)
    throw new UserError(
      `${counted(left.length, 'CoinFlip')} still with our finalizer: ${namesOf(left)}; ` +
        'does Metacontroller run? `FORCE=1 make undeploy` takes it off without',
    )
}

/**
 * Takes the controller out of the cluster so that nothing is lost and nothing hangs. The order:
 * no object gets the finalizer, new or not; those in deletion finish; Metacontroller takes the finalizer
 * off the others, as soon as there is no finalize hook; and only then it loses the controller.
 */
export async function leave(options: Leave): Promise<void> {
  const { kubectl } = options
  await step('taking out the policy that stamps the finalizer', async () => {
    await removePolicy(kubectl, 'mutatingadmissionpolicy', stampPolicy)
    await awaitUnstamped(options)
  })
  await step('waiting for CoinFlips in deletion', () => awaitDeletions(options))
  const composite = await findComposite(kubectl)
  if (composite?.spec.hooks?.finalize) {
    const how = ['--type=json', '--patch', '[{"op":"remove","path":"/spec/hooks/finalize"}]']
    await ask(kubectl, 'patch', composites, compositeName, ...how)
  }
  await step('taking the finalizer off the CoinFlips', () => awaitRelease(options))
  await step('taking out the CompositeController', async () => {
    await remove(kubectl, composites, compositeName)
    await removePolicy(kubectl, 'validatingadmissionpolicy', 'coinflip-freeze-in-deletion')
  })
}
