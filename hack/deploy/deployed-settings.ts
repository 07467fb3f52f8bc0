import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { systemNamespace } from './system.ts'

/** The server that `deploy` brings, as pods name it. */
export const ourNats = `nats://nats.${systemNamespace}.svc:4222`

/** The settings of the service as it is deployed now; none where it is not. */
export async function deployedSettings(kubectl: Kubectl): Promise<Record<string, string>> {
  const inSystem = ['--namespace', systemNamespace]
  const name = 'coinflip-operator'
  const deployment = await find<KubeObject>(kubectl, 'deployment', name, ...inSystem)
  const [source] = deployment?.spec.template.spec.containers[0].envFrom ?? []
  const map = source?.configMapRef?.name
  if (!map) return {}
  return (await find<KubeObject>(kubectl, 'configmap', map, ...inSystem))?.data ?? {}
}
