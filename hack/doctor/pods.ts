import { systemNamespace } from '../deploy/system.ts'
import { ask, find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import { type Pods, podsInWords } from './workload.ts'

/** What a pod of the service tells about itself. */
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

/** Reads what a pod's /metrics shows. */
export function readMetrics(name: string, text: string): PodMetrics {
  return {
    name,
    connected: isOne(text, 'coinflip_nats_connected'),
    streamFits: isOne(text, 'coinflip_stream_fit'),
  }
}

function isReady({ metadata, status }: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = status?.conditions ?? []
  const ready = conditions.some((each) => each.type === 'Ready' && each.status === 'True')
  return ready && !('deletionTimestamp' in metadata)
}

/** Asks each pod that is ready, through the API server. */
export async function metricsOf(kubectl: Kubectl, deployment: KubeObject): Promise<PodMetrics[]> {
  const { namespace = 'default' } = deployment.metadata
  const labels = Object.entries(deployment.spec.selector.matchLabels)
  const selector = labels.map(([key, value]) => `${key}=${value}`).join(',')
  const where = ['--namespace', namespace, '--selector', selector]
  const found = await find<{ items: KubeObject[] }>(kubectl, 'pods', ...where)
  const ready = (found?.items ?? []).filter(isReady)
  return Promise.all(
    ready.map(async ({ metadata: { name } }) => {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}:${adminPort}/proxy/metrics`
      return readMetrics(name, await ask(kubectl, 'get', '--raw', path))
    }),
  )
}

/** Whether the service runs. */
export function judgePods(pods: Pods | undefined): Finding {
  const kube = `kubectl --namespace ${systemNamespace}`
  if (!pods) return failure('there is no Deployment of the service', 'make deploy IMG=')
  const text = podsInWords(pods)
  if (pods.wanted === 0) {
    const help = `${kube} scale deployment coinflip-operator --replicas=2`
    return failure('the service is scaled to 0 replicas', help)
  }
  const help = `${kube} describe deployment coinflip-operator`
  if (pods.ready === 0) return failure(text, help)
  return pods.ready < pods.wanted ? warning(text, help) : ok(text)
}
