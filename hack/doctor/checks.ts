import { coinflips } from '../coinflips/crd.ts'
import { systemNamespace } from '../deploy/system.ts'
import { supportsMutatingAdmissionPolicy } from '../kube/context.ts'
import { find } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { deployedLabels, findComposite, runsOnHost } from '../metacontroller/composite.ts'
import { checkPolicies } from './admission.ts'
import { judgeCertificate, trustOf } from './certificate.ts'
import { type Check, check } from './check.ts'
import { checkCluster } from './cluster.ts'
import { checkCoinFlips, countAcknowledged } from './coinflips.ts'
import { helpFor, hookUrl, judgeComposite, otherMachine, wantedComposite } from './composite.ts'
import { judgeCrd, wantedCrd } from './crd.ts'
import type { Environment } from './environment.ts'
import { ok, skipped } from './finding.ts'
import { checkInCluster } from './metacontroller-cluster.ts'
import { checkOnHost } from './metacontroller-host.ts'
import { inspectHostBroker } from './nats.ts'
import { checkDeployedNats } from './nats-cluster.ts'
import { judgeNats } from './nats-findings.ts'
import { judgePods, metricsOf } from './pods.ts'
import { checkDeployedService, checkLocalService } from './service-checks.ts'
import { checkKubectl, judgeNode } from './tools.ts'
import { podsOf } from './workload.ts'

const elsewhere = (machine: string) =>
  skipped(`served by \`make run\` on ${machine}: run \`make doctor\` there`)

/** All checks, in the order in which they need each other. */
export function checks(environment: Environment): Check[] {
  return [
    check('tools', [], async function* (known) {
      yield judgeNode(process.versions.node)
      const { version, finding } = await checkKubectl()
      if (version) known.kubectl = version
      yield finding
    }),
    check('cluster', ['kubectl'], (known) => checkCluster(environment, known)),
    check('Metacontroller', ['cluster'], async function* ({ cluster }) {
      const { kubectl } = cluster
      const composite = await findComposite(kubectl)
      if (!composite || !runsOnHost(composite))
        return yield* await checkInCluster(kubectl, composite?.metadata.labels ?? deployedLabels)
      const machine = otherMachine(composite)
      if (machine) return yield elsewhere(machine)
      yield* await checkOnHost(cluster, await environment.processes())
    }),
    check('CRD', ['cluster'], async function* ({ cluster }) {
      const crd = await find<KubeObject>(cluster.kubectl, 'crd', coinflips)
      yield judgeCrd(wantedCrd(), crd)
    }),
    check('admission', ['cluster'], async function* ({ cluster }) {
      yield* await checkPolicies(cluster.kubectl, supportsMutatingAdmissionPolicy(cluster))
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
      else if (known.place === 'host') yield* checkLocalService(known)
      else yield* checkDeployedService(environment, known)
    }),
    check('certificate', ['composite', 'answer'], async function* (known) {
      const { composite, answer, deployment } = known
      const url = hookUrl(composite, 'sync')
      if (!url) return
      if (url.protocol === 'http:') return yield ok('none: the hooks are called by plain http')
      if (!answer.certificate) return yield skipped('the service presents none')
      const trust = trustOf(composite, url)
      const help = helpFor(composite, deployment)
      yield judgeCertificate(answer.certificate, trust, url.hostname, new Date(), help)
    }),
    check('NATS', ['cluster', 'place'], async function* (known) {
      if (known.place === 'cluster') return yield* checkDeployedNats(environment, known)
      const machine = known.composite && otherMachine(known.composite)
      if (machine) return yield elsewhere(machine)
      const acknowledged = await countAcknowledged(known.cluster.kubectl)
      const broker = await inspectHostBroker(environment.env)
      yield* judgeNats({ broker, pods: [], acknowledged }, { broker: 'make run', log: '' })
    }),
    check('CoinFlips', ['cluster'], async function* ({ cluster }) {
      yield await checkCoinFlips(cluster.kubectl)
    }),
  ]
}
