import { deployedNatsUrl, deployedSettings } from '../deploy/deployed-settings.ts'
import { forwardedSettings } from '../deploy/settings.ts'
import { systemNamespace } from '../deploy/system.ts'
import { find } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import type { Known } from './check.ts'
import { countAcknowledged } from './coinflips.ts'
import type { Environment } from './environment.ts'
import { type Finding, failure } from './finding.ts'
import { type Broker, inspectBroker } from './nats.ts'
import { judgeNats, readLoggedVersion } from './nats-findings.ts'
import { formatPods, type Pods, podsOf } from './workload.ts'

const inSystem = ['--namespace', systemNamespace]
const kube = `kubectl --namespace ${systemNamespace}`
const natsPort = 4222

/** Why our NATS server does not serve; undefined if it does. */
export function judgeNatsPods(pods: Pods | undefined): Finding | undefined {
  if (!pods) return failure(`${deployedNatsUrl} is configured, and there is no such server`)
  if (pods.wanted === 0)
    return failure('nats is scaled to 0 replicas', `${kube} scale statefulset nats --replicas=1`)
  if (pods.ready > 0) return undefined
  return failure(`nats: ${formatPods(pods)}`, `${kube} describe statefulset nats`)
}

/** Checks the NATS server of a deployed service where it is reachable, and the metrics of the pods. */
export async function* checkDeployedNats(
  environment: Environment,
  { cluster, pods = [] }: Partial<Known> & Pick<Known, 'cluster'>,
): AsyncGenerator<Finding> {
  const { kubectl } = cluster
  // Counted before the stream is read, which may grow meanwhile.
  const acknowledged = await countAcknowledged(kubectl)
  const settings = await deployedSettings(kubectl)
  const names = Object.fromEntries(forwardedSettings.map((name) => [name, settings[name]]))
  const isOurs = settings.NATS_URL === deployedNatsUrl
  let broker: Broker = { kind: 'unknown' }
  if (environment.env.NATS_URL)
    broker = await inspectBroker('NATS_URL', { ...environment.env, ...names })
  else if (isOurs) {
    const nats = await find<KubeObject>(kubectl, 'statefulset', 'nats', ...inSystem)
    const trouble = judgeNatsPods(nats && (await podsOf(kubectl, nats)))
    if (trouble) yield trouble
    else {
      const forward = await environment.forward(cluster, systemNamespace, 'nats', natsPort)
      try {
        const NATS_URL = `nats://127.0.0.1:${forward.port}`
        broker = await inspectBroker('the NATS server in the cluster', { ...names, NATS_URL })
      } finally {
        await forward.stop()
      }
    }
  }
  const logs = ['deployment/coinflip-operator', ...inSystem]
  const needsLog = broker.kind !== 'connected' && pods.length > 0
  const version = needsLog ? await readLoggedVersion(kubectl, logs) : undefined
  const log = `${kube} logs deployment/coinflip-operator`
  const advice = { broker: isOurs ? `${kube} get pods` : log, log }
  yield* judgeNats({ broker, pods, version, acknowledged }, advice)
}
