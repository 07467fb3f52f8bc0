import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { systemNamespace } from './system.ts'

/** URL of the server that `deploy` installs, from inside the cluster. */
export const deployedNatsUrl = `nats://nats.${systemNamespace}.svc:4222`

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
