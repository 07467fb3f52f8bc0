import type { Cluster } from '../kube/context.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import { deployedLabels, findComposite, runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { findMetacontrollers } from '../metacontroller/metacontroller.ts'
import { planMetacontroller } from '../metacontroller/plan.ts'
import type { NatsStore } from './compose.ts'
import { deployedNatsUrl, deployedSettings } from './deployed-settings.ts'
import { type DeploySettings, forwardedSettings } from './settings.ts'
import { systemNamespace } from './system.ts'

/** What `deploy` finds out and decides before it changes anything. */
export interface Preflight {
  composite: KubeObject | undefined
  installMetacontroller: boolean
  store: NatsStore
  certManager: boolean
  /** Notes to print. */
  hints: string[]
}

const inSystem = ['--namespace', systemNamespace]

/** Whether there is a default StorageClass. */
export function hasDefaultClass(classes: readonly KubeObject[]): boolean {
  const name = 'storageclass.kubernetes.io/is-default-class'
  return classes.some(({ metadata }) => metadata.annotations?.[name] === 'true')
}

/** An existing StatefulSet keeps its store: the API server refuses a change. */
async function chooseStore(kubectl: Kubectl): Promise<NatsStore> {
  const nats = await find<KubeObject>(kubectl, 'statefulset', 'nats', ...inSystem)
  if (nats) return nats.spec.volumeClaimTemplates?.length ? 'volume' : 'pod'
  const classes = await find<{ items: KubeObject[] }>(kubectl, 'storageclasses')
  return hasDefaultClass(classes?.items ?? []) ? 'volume' : 'pod'
}

/**
 * Settings that the present deployment has and this one lacks. Without them messages would silently
 * go to another stream or server.
 */
export function findDroppedSettings(
  present: Readonly<Record<string, string>>,
  { natsUrl, others }: Pick<DeploySettings, 'natsUrl' | 'others'>,
): string[] {
  const given: Record<string, string | undefined> = { ...others, NATS_URL: natsUrl }
  return ['NATS_URL', ...forwardedSettings]
    .filter((name) => present[name] && present[name] !== deployedNatsUrl && !given[name])
    .map((name) => `${name}=${present[name]}`)
}

function refuseWhileRunServes(composite: KubeObject | undefined): void {
  if (!composite || !runsOnHost(composite)) return
  const runner = runnerOf(composite)
  if (runner)
    throw new UserError(
      `deploy: \`make run\` (${runner}) serves this cluster: end that by Ctrl-C first`,
    )
}

/** Checks the cluster before `deploy` changes it; throws a UserError where it cannot work. */
export async function preflight(
  { kubectl }: Pick<Cluster, 'kubectl'>,
  settings: DeploySettings,
  store?: NatsStore,
): Promise<Preflight> {
  const composite = await findComposite(kubectl)
  refuseWhileRunServes(composite)
  const plan = planMetacontroller(await findMetacontrollers(kubectl), deployedLabels)
  if (plan.kind === 'refuse') throw new UserError(`deploy: ${plan.why}`)
  const present = await deployedSettings(kubectl)
  const dropped = findDroppedSettings(present, settings).join(' ')
  if (dropped)
    throw new UserError(
      `deploy: the present deployment has ${dropped}: set that again, or \`make undeploy\` first`,
    )
  const hints = plan.kind === 'use' ? plan.hints : []
  const chosen = settings.natsUrl ? 'none' : (store ?? (await chooseStore(kubectl)))
  if (chosen === 'pod' && !store)
    hints.push(
      'without a default StorageClass NATS loses its messages with its pod: for a trial only',
    )
  if (chosen === 'none' && present.NATS_URL === deployedNatsUrl)
    hints.push(`the NATS server in ${systemNamespace} stays, with the messages that it holds`)
  const certManager = settings.tls
    ? (await find(kubectl, 'crd', 'certificates.cert-manager.io')) !== undefined
    : false
  return {
    composite,
    installMetacontroller: plan.kind === 'install',
    store: chosen,
    certManager,
    hints,
  }
}
