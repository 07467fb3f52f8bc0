import { apiVersion, group, plural } from '../../server/domain/coinflip.ts'
import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { until } from '../kube/until.ts'
import { UserError } from '../lib/user-error.ts'

/** Name of our kind for kubectl, which no other group's plural can be taken for. */
export const coinflips = `${plural}.${group}`

/**
 * Stops where the cluster does not know CoinFlips. Asked by discovery, which everybody may; who
 * only edits CoinFlips in a namespace of their own may not look at CRDs.
 */
export async function needCrd(kubectl: Kubectl, advice = '`make install` first'): Promise<void> {
  const { failure } = await kubectl(['get', '--raw', `/apis/${apiVersion}`])
  if (isAbsent(failure)) throw new UserError(`the cluster knows no CoinFlips: ${advice}`)
  if (failure !== undefined) throw new UserError(`kubectl get: ${failure}`)
}

const establishedLimitMs = 30_000

/**
 * Waits until the kinds of these CRDs can be used. Not by `kubectl wait`, which fails on a CRD
 * that has no conditions yet.
 */
export async function awaitEstablished(kubectl: Kubectl, crds: readonly string[]): Promise<void> {
  const status = '--output=jsonpath={.status.conditions[?(@.type=="Established")].status}'
  for (const name of crds) {
    const isEstablished = async () => (await ask(kubectl, 'get', 'crd', name, status)) === 'True'
    const done = await until(async () => (await isEstablished()) || undefined, establishedLimitMs)
    if (!done)
      throw new UserError(`the CRD ${name} is not in use: \`kubectl describe crd ${name}\``)
  }
}

/** Applies the CRD of CoinFlips and waits until it can be used. */
export async function applyCrd(kubectl: Kubectl): Promise<void> {
  await apply(kubectl, await renderCrd())
  await awaitEstablished(kubectl, [coinflips])
}

function renderCrd(): Promise<KubeObject[]> {
  return render('install', { resources: [`${manifests}/crd`] })
}
