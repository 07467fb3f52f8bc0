import { ask, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { podsOf, troubleOf } from '../kube/rollout.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const adminPort = 9090

/** Checks that the pods of a workload are ready. */
export async function checkPods(kubectl: Kubectl, workload: KubeObject): Promise<Finding> {
  const { name, namespace = 'default' } = workload.metadata
  const target = `${workload.kind.toLowerCase()} ${name}`
  const kube = `kubectl --namespace ${namespace}`
  const wanted = workload.spec.replicas ?? 1
  if (wanted === 0)
    return failure(`${target} is scaled to 0 replicas`, `${kube} scale ${target} --replicas=1`)
  const ready = workload.status?.readyReplicas ?? 0
  const text = `${ready} of ${wanted} pods of ${name} are ready`
  if (ready >= wanted) return ok(text)
  const trouble = troubleOf(await podsOf(kubectl, workload))
  const judge = ready === 0 ? failure : warning
  return judge(trouble ? `${text} (${trouble.text})` : text, `${kube} describe ${target}`)
}

/** Reads the metrics of each ready pod through the API server. */
export async function metricsOf(kubectl: Kubectl, deployment: KubeObject): Promise<string[]> {
  const pods = (await podsOf(kubectl, deployment)).filter(
    ({ metadata, status }) =>
      !metadata.deletionTimestamp &&
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )
  const path = `/api/v1/namespaces/${deployment.metadata.namespace}/pods`
  return Promise.all(
    pods.map(({ metadata }) =>
      ask(kubectl, 'get', '--raw', `${path}/${metadata.name}:${adminPort}/proxy/metrics`),
    ),
  )
}
