import { apiVersion, group, plural } from '../../server/domain/coinflip.ts'
import { connect } from '../kube/context.ts'
import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { UserError } from '../lib/user-error.ts'
import { poll } from '../lib/wait-for.ts'

/** Full name of our kind for kubectl. */
export const coinflips = `${plural}.${group}`

/**
 * Throws a UserError where the CRD is not installed. It asks discovery, which is allowed to everybody,
 * since a user who may only edit CoinFlips in one namespace may not read CRDs.
 */
export async function requireCrd(kubectl: Kubectl, advice = '`make install` first'): Promise<void> {
  const { failure } = await kubectl(['get', '--raw', `/apis/${apiVersion}`])
  if (isAbsent(failure)) throw new UserError(`the cluster knows no CoinFlips: ${advice}`)
  if (failure !== undefined) throw new UserError(`kubectl get: ${failure}`)
}

/** Connects to a cluster with CoinFlips; the namespace is NAMESPACE, or that of the context. */
export async function connectToCoinFlips(): Promise<{ kubectl: Kubectl; namespace: string }> {
  const { kubectl, namespace } = await connect()
  await requireCrd(kubectl)
  return { kubectl, namespace: process.env.NAMESPACE || namespace }
}

const establishedLimitMs = 30_000

/**
 * Waits until these CRDs are established. Not by `kubectl wait`, which fails on a CRD that has no
 * conditions yet.
 */
export async function awaitEstablished(kubectl: Kubectl, crds: readonly string[]): Promise<void> {
  const status = '--output=jsonpath={.status.conditions[?(@.type=="Established")].status}'
  for (const name of crds) {
    const isEstablished = async () => (await ask(kubectl, 'get', 'crd', name, status)) === 'True'
    if (!(await poll(isEstablished, { timeoutMs: establishedLimitMs, intervalMs: 500 })))
      throw new UserError(`the CRD ${name} is not established: \`kubectl describe crd ${name}\``)
  }
}
