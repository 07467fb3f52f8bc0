import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { troubleOf } from '../kube/rollout.ts'

/** How many pods of a workload there should be, how many are ready, and what is in the way. */
export interface Pods {
  wanted: number
  ready: number
  trouble: string | undefined
}

/** Words for a person. */
export function podsInWords({ wanted, ready, trouble }: Pods): string {
  return `${ready} of ${wanted} ready${trouble ? ` (${trouble})` : ''}`
}

/** Looks at the pods of a Deployment or StatefulSet. */
export async function podsOf(kubectl: Kubectl, workload: KubeObject): Promise<Pods> {
  const { metadata, spec, status } = workload
  const wanted = spec.replicas ?? 1
  const ready = status?.readyReplicas ?? 0
  if (ready >= wanted) return { wanted, ready, trouble: undefined }
  const labels = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`)
  const where = ['--namespace', metadata.namespace ?? 'default', '--selector', labels.join(',')]
  const pods = await find<{ items: Parameters<typeof troubleOf>[0] }>(kubectl, 'pods', ...where)
  return { wanted, ready, trouble: troubleOf(pods?.items ?? [])?.text }
}
