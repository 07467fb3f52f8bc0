import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { systemNamespace } from './system.ts'

/** URL of the NATS server of manifests/nats, for pods of its namespace. */
export const deployedNatsUrl = 'nats://nats:4222'

/** The settings of the deployed service; empty where it is not deployed. */
export async function deployedSettings(kubectl: Kubectl): Promise<Record<string, string>> {
  const inSystem = ['--namespace', systemNamespace]
  const name = 'coinflip-operator'
  const deployment = await find<KubeObject>(kubectl, 'deployment', name, ...inSystem)
  const [source] = deployment?.spec.template.spec.containers[0].envFrom ?? []
  const map = source?.configMapRef?.name
  if (!map) return {}
  return (await find<KubeObject>(kubectl, 'configmap', map, ...inSystem))?.data ?? {}
}
