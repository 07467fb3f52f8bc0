import { find, type Kubectl } from '../kube/kubectl.ts'
import { type KubeObject, selectorOf } from '../kube/objects.ts'
import { troubleOf } from '../kube/rollout.ts'

/** The pods of a workload: how many are wanted, how many are ready, and why not all. */
export interface Pods {
  wanted: number
  ready: number
  trouble: string | undefined
}

/** Formats the state of the pods. */
export function formatPods({ wanted, ready, trouble }: Pods): string {
  return `${ready} of ${wanted} ready${trouble ? ` (${trouble})` : ''}`
}

/** Reads the state of the pods of a Deployment or StatefulSet. */
export async function podsOf(kubectl: Kubectl, workload: KubeObject): Promise<Pods> {
  const { metadata, spec, status } = workload
  const wanted = spec.replicas ?? 1
  const ready = status?.readyReplicas ?? 0
  if (ready >= wanted) return { wanted, ready, trouble: undefined }
  const where = ['--namespace', metadata.namespace ?? 'default', '--selector', selectorOf(workload)]
  const pods = await find<{ items: Parameters<typeof troubleOf>[0] }>(kubectl, 'pods', ...where)
  return { wanted, ready, trouble: troubleOf(pods?.items ?? [])?.text }
}
