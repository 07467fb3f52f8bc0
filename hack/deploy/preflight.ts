import type { Cluster } from '../kube/context.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import { deployedLabels, findComposite, runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { findMetacontrollers } from '../metacontroller/metacontroller.ts'
import { planMetacontroller } from '../metacontroller/plan.ts'
import type { NatsStore } from './compose.ts'
import { deployedSettings, ourNats } from './deployed-settings.ts'
import { type DeploySettings, handedOn } from './settings.ts'
import { systemNamespace } from './system.ts'

/** What `deploy` finds in the cluster, and concludes from it before it changes anything. */
export interface Survey {
  composite: KubeObject | undefined
  bringMetacontroller: boolean
  store: NatsStore
  certManager: boolean
  /** What a person should know. */
  hints: string[]
}

const inSystem = ['--namespace', systemNamespace]

/** Whether a volume is provided for a claim that names no class. */
export function hasDefaultClass(classes: readonly KubeObject[]): boolean {
  const name = 'storageclass.kubernetes.io/is-default-class'
  return classes.some(({ metadata }) => metadata.annotations?.[name] === 'true')
}

/** The store that stands stays: the API server would refuse another. */
async function chooseStore(kubectl: Kubectl): Promise<NatsStore> {
  const nats = await find<KubeObject>(kubectl, 'statefulset', 'nats', ...inSystem)
  if (nats) return nats.spec.volumeClaimTemplates?.length ? 'volume' : 'pod'
  const classes = await find<{ items: KubeObject[] }>(kubectl, 'storageclasses')
  return hasDefaultClass(classes?.items ?? []) ? 'volume' : 'pod'
}

/**
 * Settings that were given to the deployment so far and are not given now. Without them, messages
 * would go to another place than so far, which nobody would notice.
 */
export function forgotten(
  present: Readonly<Record<string, string>>,
  { natsUrl, others }: Pick<DeploySettings, 'natsUrl' | 'others'>,
): string[] {
  const given: Record<string, string | undefined> = { ...others, NATS_URL: natsUrl }
  return ['NATS_URL', ...handedOn]
    .filter((name) => present[name] && present[name] !== ourNats && !given[name])
    .map((name) => `${name}=${present[name]}`)
}

function refuseRun(composite: KubeObject | undefined): void {
  if (!composite || !runsOnHost(composite)) return
  const runner = runnerOf(composite)
  if (runner)
    throw new UserError(
      `deploy: \`make run\` (${runner}) serves this cluster: end that by Ctrl-C first`,
    )
}

/** Looks at all that decides what `deploy` does; what cannot work ends the script. */
export async function survey(
  { kubectl }: Pick<Cluster, 'kubectl'>,
  settings: DeploySettings,
  store?: NatsStore,
): Promise<Survey> {
  const composite = await findComposite(kubectl)
  refuseRun(composite)
  const plan = planMetacontroller(await findMetacontrollers(kubectl), deployedLabels)
  if (plan.kind === 'refuse') throw new UserError(`deploy: ${plan.why}`)
  const present = await deployedSettings(kubectl)
  const lost = forgotten(present, settings).join(' ')
  if (lost)
    throw new UserError(
      `deploy: so far it has ${lost}: give that again, or \`make undeploy\` first`,
    )
  const hints = plan.kind === 'use' ? plan.hints : []
  const chosen = settings.natsUrl ? 'none' : (store ?? (await chooseStore(kubectl)))
  if (chosen === 'pod' && !store)
    hints.push('NATS keeps its messages in its pod, and they are gone with it: for a try only')
  if (chosen === 'none' && present.NATS_URL === ourNats)
    hints.push(`the NATS server in ${systemNamespace} stays, with the messages that it holds`)
  const certManager = settings.tls
    ? (await find(kubectl, 'crd', 'certificates.cert-manager.io')) !== undefined
    : false
  return {
    composite,
    bringMetacontroller: plan.kind === 'bring',
    store: chosen,
    certManager,
    hints,
  }
}
