import { deployedSettings, ourNats } from '../deploy/deployed-settings.ts'
import { handedOn } from '../deploy/settings.ts'
import { systemNamespace } from '../deploy/system.ts'
import { find } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import type { Known } from './check.ts'
import { countAcknowledged } from './coinflips.ts'
import { type Finding, failure } from './finding.ts'
import { type Broker, lookAtBroker } from './nats.ts'
import { judgeNats, loggedVersion } from './nats-judge.ts'
import type { Outside } from './outside.ts'
import { type Pods, podsInWords, podsOf } from './workload.ts'

const inSystem = ['--namespace', systemNamespace]
const kube = `kubectl --namespace ${systemNamespace}`
const natsPort = 4222

/** What keeps the NATS server of ours from serving; undefined when nothing does. */
export function judgeNatsPods(pods: Pods | undefined): Finding | undefined {
  if (!pods) return failure(`${ourNats} is asked for, and there is no such server`)
  if (pods.wanted === 0)
    return failure('nats is scaled to 0 replicas', `${kube} scale statefulset nats --replicas=1`)
  if (pods.ready > 0) return undefined
  return failure(`nats: ${podsInWords(pods)}`, `${kube} describe statefulset nats`)
}

/** Looks at the NATS server of a deployed service, where it can be reached, and asks the pods. */
export async function* lookAtDeployedNats(
  outside: Outside,
  { cluster, pods = [] }: Partial<Known> & Pick<Known, 'cluster'>,
): AsyncGenerator<Finding> {
  const { kubectl } = cluster
  // Before the stream is looked at, which may get more meanwhile.
  const acknowledged = await countAcknowledged(kubectl)
  const settings = await deployedSettings(kubectl)
  const names = Object.fromEntries(handedOn.map((name) => [name, settings[name]]))
  const isOurs = settings.NATS_URL === ourNats
  let broker: Broker = { kind: 'unseen' }
  if (outside.env.NATS_URL) broker = await lookAtBroker('NATS_URL', { ...outside.env, ...names })
  else if (isOurs) {
    const nats = await find<KubeObject>(kubectl, 'statefulset', 'nats', ...inSystem)
    const trouble = judgeNatsPods(nats && (await podsOf(kubectl, nats)))
    if (trouble) yield trouble
    else {
      const way = await outside.forward(cluster, systemNamespace, 'nats', natsPort)
      try {
        const NATS_URL = `nats://127.0.0.1:${way.port}`
        broker = await lookAtBroker('the NATS server in the cluster', { ...names, NATS_URL })
      } finally {
        await way.stop()
      }
    }
  }
  const logs = ['deployment/coinflip-operator', ...inSystem]
  const isToldByLog = broker.kind !== 'open' && pods.length > 0
  const version = isToldByLog ? await loggedVersion(kubectl, logs) : undefined
  const log = `${kube} logs deployment/coinflip-operator`
  const helps = { broker: isOurs ? `${kube} get pods` : log, log }
  yield* judgeNats({ broker, pods, version, acknowledged }, helps)
}
