import { listCoinFlips } from '../coinflips/coinflips.ts'
import { systemNamespace } from '../deploy/system.ts'
import { type Cluster, requireKubernetesVersion } from '../kube/context.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { forward } from '../kube/port-forward.ts'
import { costsOf } from '../kube/releases.ts'
import { UserError } from '../lib/user-error.ts'
import { findComposite, otherMachine, runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { judgeCoinFlips, judgeResync } from './coinflips.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import { checkMetacontroller } from './metacontroller.ts'
import { checkNats } from './nats.ts'
import { checkObject, checkPolicies, hookUrl, judgeComposite, wantedCrd } from './objects.ts'
import { checkPods } from './pods.ts'
import { checkCall, serviceIn } from './service.ts'

const kubectlLimitMs = 10_000

/** A check that cannot run, as a finding: skipped where this login lacks the permission. */
function cannotCheck(message: string): Finding {
  if (!/forbidden/i.test(message)) return failure(message)
  const [, verb, what] = /cannot (\w+) resource "([^"]+)"/.exec(message) ?? []
  return skipped(`this login may not ${what ? `${verb} ${what}` : `check this: ${message}`}`)
}

/** Why the service cannot be checked from this machine; undefined if it can. */
function whyNotHere(
  composite: KubeObject | undefined,
  deployment: KubeObject | undefined,
): string | undefined {
  if (!composite || !runsOnHost(composite))
    return composite || deployment ? undefined : 'waits for a CompositeController'
  const machine = otherMachine(composite)
  if (machine) return `it runs on ${machine}: \`make doctor\` there checks it`
  return runnerOf(composite) ? undefined : 'waits for `make run`'
}

/** The CompositeController, the Deployment of the service, and the command that applies both. */
async function findInstalled(kubectl: Kubectl) {
  const composite = await findComposite(kubectl)
  const isOnHost = composite !== undefined && runsOnHost(composite)
  const where = ['coinflip-operator', '--namespace', systemNamespace]
  const deployment = isOnHost ? undefined : await find<KubeObject>(kubectl, 'deployment', ...where)
  const image = deployment?.spec.template.spec.containers[0].image ?? ''
  const help = isOnHost ? 'make run' : `make deploy IMG=${image}`
  return { composite, isOnHost, deployment, help, why: whyNotHere(composite, deployment) }
}

/** The checks of each part of the system, in the order in which they need each other. */
function checksOf(
  cluster: Cluster,
  env: NodeJS.ProcessEnv,
): Record<string, () => AsyncIterable<Finding>> {
  const { context, version } = cluster
  const kubectl: Kubectl = (args) => cluster.kubectl(args, { limitMs: kubectlLimitMs })
  const installed = findInstalled(kubectl)
  // The checks that need it report the error.
  installed.catch(() => {})
  const coinFlips = listCoinFlips(kubectl)
  coinFlips.catch(() => {})

  return {
    async *cluster() {
      requireKubernetesVersion(cluster)
      yield ok(`context ${context} answers, Kubernetes ${version.join('.')}`)
      for (const cost of costsOf(version)) yield warning(cost)
    },
    async *Metacontroller() {
      yield* checkMetacontroller(kubectl, (await installed).composite)
    },
    async *CRD() {
      yield await checkObject(kubectl, wantedCrd(version), 'make install')
    },
    admission: () => checkPolicies(kubectl, version),
    async *controller() {
      const { composite, help } = await installed
      yield judgeComposite(composite, help)
    },
    async *service() {
      const { composite, isOnHost, deployment, help, why } = await installed
      if (why) return yield skipped(why)
      if (!isOnHost) {
        const pods = deployment && (await checkPods(kubectl, deployment))
        yield pods ?? failure('there is no Deployment of the service', help)
        if (pods?.level === 'failure') return
      }
      const url = composite && hookUrl(composite, 'sync')
      if (!url) return
      if (isOnHost) return yield* checkCall(composite, url, { help })
      const target = serviceIn(url)
      if (!target) return yield skipped(`${url.host} is no Service of this cluster`)
      const { namespace, name, port } = target
      const forwarded = await forward(cluster, namespace, name, port)
      try {
        yield* checkCall(composite, url, { port: forwarded.port, help })
      } finally {
        await forwarded.stop()
      }
    },
    async *NATS() {
      const { isOnHost, deployment, why } = await installed
      if (why) return yield skipped(why)
      if (!isOnHost && !deployment) return yield skipped('waits for the service')
      const rows = await coinFlips.catch(() => [])
      const acknowledged = rows?.reduce((sum, { notifications }) => sum + notifications, 0) ?? 0
      yield* checkNats({ cluster: { ...cluster, kubectl }, deployment, env, acknowledged })
    },
    async *CoinFlips() {
      const rows = await coinFlips
      yield judgeCoinFlips(rows)
      const { composite } = await installed.catch(() => ({ composite: undefined }))
      const hint = judgeResync(rows?.length ?? 0, composite)
      if (hint) yield hint
    },
  }
}

/** Checks every part of the system, and changes nothing. */
export async function* diagnose(
  cluster: Cluster,
  env: NodeJS.ProcessEnv,
): AsyncGenerator<Finding & { part: string }> {
  for (const [part, check] of Object.entries(checksOf(cluster, env)))
    try {
      for await (const finding of check()) yield { part, ...finding }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      yield { part, ...cannotCheck(error.message) }
    }
}
