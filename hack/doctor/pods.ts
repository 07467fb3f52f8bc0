import { systemNamespace } from '../deploy/system.ts'
import { ask, find, type Kubectl } from '../kube/kubectl.ts'
import { type KubeObject, selectorOf } from '../kube/objects.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import { formatPods, type Pods } from './workload.ts'

/** Metrics of a pod of the service. */
export interface PodMetrics {
  name: string
  connected: boolean
  streamFits: boolean
}

const adminPort = 9090

/** Whether a metric without labels is 1. */
function isOne(text: string, metric: string): boolean {
  return new RegExp(`^${metric} 1$`, 'm').test(text)
}

/** Parses the metrics of a pod. */
export function readMetrics(name: string, text: string): PodMetrics {
  return {
    name,
    connected: isOne(text, 'coinflip_nats_connected'),
    streamFits: isOne(text, 'coinflip_stream_config_valid'),
  }
}

function isReady({ metadata, status }: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = status?.conditions ?? []
  const ready = conditions.some((each) => each.type === 'Ready' && each.status === 'True')
  return ready && !('deletionTimestamp' in metadata)
}

/** Reads the metrics of each ready pod through the API server. */
export async function metricsOf(kubectl: Kubectl, deployment: KubeObject): Promise<PodMetrics[]> {
  const { namespace = 'default' } = deployment.metadata
  const where = ['--namespace', namespace, '--selector', selectorOf(deployment)]
  const found = await find<{ items: KubeObject[] }>(kubectl, 'pods', ...where)
  const ready = (found?.items ?? []).filter(isReady)
  return Promise.all(
    ready.map(async ({ metadata: { name } }) => {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}:${adminPort}/proxy/metrics`
      return readMetrics(name, await ask(kubectl, 'get', '--raw', path))
    }),
  )
}

/** Whether the pods of the service are ready. */
export function judgePods(pods: Pods | undefined): Finding {
  const kube = `kubectl --namespace ${systemNamespace}`
  if (!pods) return failure('there is no Deployment of the service', 'make deploy IMG=')
  const text = formatPods(pods)
  if (pods.wanted === 0) {
    const help = `${kube} scale deployment coinflip-operator --replicas=2`
    return failure('the service is scaled to 0 replicas', help)
  }
  const help = `${kube} describe deployment coinflip-operator`
  if (pods.ready === 0) return failure(text, help)
  return pods.ready < pods.wanted ? warning(text, help) : ok(text)
}
