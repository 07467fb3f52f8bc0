import { coinflips } from '../coinflips/crd.ts'
import { systemNamespace } from '../deploy/system.ts'
import { canStamp } from '../kube/context.ts'
import { find } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { deployedLabels, findComposite, runsOnHost } from '../metacontroller/composite.ts'
import { lookAtPolicies } from './admission.ts'
import { judgeCertificate, trustOf } from './certificate.ts'
import { type Check, check } from './check.ts'
import { lookAtCluster } from './cluster.ts'
import { countAcknowledged, lookAtCoinFlips } from './coinflips.ts'
import { helpFor, hookUrl, judgeComposite, otherMachine, wantedComposite } from './composite.ts'
import { judgeCrd, wantedCrd } from './crd.ts'
import { ok, skipped } from './finding.ts'
import { lookInCluster } from './metacontroller-cluster.ts'
import { lookOnHost } from './metacontroller-host.ts'
import { lookAtHostBroker } from './nats.ts'
import { lookAtDeployedNats } from './nats-cluster.ts'
import { judgeNats } from './nats-judge.ts'
import type { Outside } from './outside.ts'
import { judgePods, metricsOf } from './pods.ts'
import { lookAtDeployed, lookAtLocal } from './service-look.ts'
import { judgeNode, lookAtKubectl } from './tools.ts'
import { podsOf } from './workload.ts'

const elsewhere = (machine: string) =>
  skipped(`served by \`make run\` on ${machine}: \`make doctor\` there tells more`)

/** All that is looked at, in the order in which one thing needs the other. */
export function checks(outside: Outside): Check[] {
  return [
    check('tools', [], async function* (known) {
      yield judgeNode(process.versions.node)
      const { version, finding } = await lookAtKubectl()
      if (version) known.kubectl = version
      yield finding
    }),
    check('cluster', ['kubectl'], (known) => lookAtCluster(outside, known)),
    check('Metacontroller', ['cluster'], async function* ({ cluster }) {
      const { kubectl } = cluster
      const composite = await findComposite(kubectl)
      if (!composite || !runsOnHost(composite))
        return yield* await lookInCluster(kubectl, composite?.metadata.labels ?? deployedLabels)
      const machine = otherMachine(composite)
      if (machine) return yield elsewhere(machine)
      yield* await lookOnHost(cluster, await outside.processes())
    }),
    check('CRD', ['cluster'], async function* ({ cluster }) {
      const crd = await find<KubeObject>(cluster.kubectl, 'crd', coinflips)
      yield judgeCrd(wantedCrd(), crd)
    }),
    check('admission', ['cluster'], async function* ({ cluster }) {
      yield* await lookAtPolicies(cluster.kubectl, canStamp(cluster))
    }),
    check('controller', ['cluster'], async function* (known) {
      const { kubectl } = known.cluster
      const composite = await findComposite(kubectl)
      const args = ['deployment', 'coinflip-operator', '--namespace', systemNamespace]
      const deployment = await find<KubeObject>(kubectl, ...args)
      if (composite) known.composite = composite
      if (deployment) known.deployment = deployment
      if (composite || deployment)
        known.place = composite && runsOnHost(composite) ? 'host' : 'cluster'
      yield judgeComposite(wantedComposite(), composite, helpFor(composite, deployment))
    }),
    check('pods', ['cluster', 'place'], async function* (known) {
      if (known.place === 'host') return
      const { kubectl } = known.cluster
      if (!known.deployment) return yield judgePods(undefined)
      yield judgePods(await podsOf(kubectl, known.deployment))
      known.pods = await metricsOf(kubectl, known.deployment)
    }),
    check('service', ['cluster', 'composite', 'place'], async function* (known) {
      const machine = otherMachine(known.composite)
      if (machine) yield elsewhere(machine)
      else if (known.place === 'host') yield* lookAtLocal(known)
      else yield* lookAtDeployed(outside, known)
    }),
    check('certificate', ['composite', 'answer'], async function* (known) {
      const { composite, answer, deployment } = known
      const url = hookUrl(composite, 'sync')
      if (!url) return
      if (url.protocol === 'http:') return yield ok('none: the hooks are called by plain http')
      if (!answer.shown) return yield skipped('the service shows none')
      const trust = trustOf(composite, url)
      const help = helpFor(composite, deployment)
      yield judgeCertificate(answer.shown, trust, url.hostname, new Date(), help)
    }),
    check('NATS', ['cluster', 'place'], async function* (known) {
      if (known.place === 'cluster') return yield* lookAtDeployedNats(outside, known)
      const machine = known.composite && otherMachine(known.composite)
      if (machine) return yield elsewhere(machine)
      const acknowledged = await countAcknowledged(known.cluster.kubectl)
      const broker = await lookAtHostBroker(outside.env)
      yield* judgeNats({ broker, pods: [], acknowledged }, { broker: 'make run', log: '' })
    }),
    check('CoinFlips', ['cluster'], async function* ({ cluster }) {
      yield await lookAtCoinFlips(cluster.kubectl)
    }),
  ]
}
