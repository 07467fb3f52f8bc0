import { jetstreamManager } from '@nats-io/jetstream'
import { explainPending } from '../../server/domain/conditions.ts'
import { buildJetStreamOptions, ensureStream } from '../../server/nats/stream.ts'
import { pickStreamSettings } from '../../server/settings.ts'
import {
  type BrokerAccess,
  openForwarded,
  openLocal,
  openUrl,
  parseSettings,
} from '../coinflips/broker-access.ts'
import { deployedNatsUrl, deployedSettings } from '../deploy/deployed-settings.ts'
import { forwardedSettings } from '../deploy/settings.ts'
import { systemNamespace } from '../deploy/system.ts'
import type { Cluster } from '../kube/context.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import { checkPods, metricsOf } from './pods.ts'

const limitMs = 3_000
const again = 'make republish NAME='
const kube = `kubectl --namespace ${systemNamespace}`
const log = `${kube} logs deployment/coinflip-operator`
const unknown = 'the server of the service is not known here: `NATS_URL= make doctor` names it'

/** Checks a server and its stream by the settings of the service. */
export async function* checkBroker(
  { connection, place }: Pick<BrokerAccess, 'connection' | 'place'>,
  env: NodeJS.ProcessEnv,
  acknowledged: number,
): AsyncGenerator<Finding> {
  const settings = pickStreamSettings(parseSettings(env))
  const stream = `stream ${settings.name}`
  yield ok(`${place} answers, nats-server ${connection.info?.version}`)
  const state = await ensureStream(connection, { ...settings, create: false }, limitMs)
  if (state.kind === 'StreamMissing')
    return yield failure(
      `there is no ${stream}: the service creates it at its next message, unless ` +
        'NATS_STREAM_CREATE=false; what one held before has to be published again',
      again,
    )
  if (state.kind !== 'present') return yield failure(`${stream}: ${explainPending(state)}`)
  const issues = state.issues.map(({ text }) => text).join(', ')
  if (state.issues.some(({ effect }) => effect !== 'weak'))
    return yield failure(`${stream} does not take the notifications: ${issues}`)
  const manager = await jetstreamManager(connection, buildJetStreamOptions(settings, limitMs))
  const { messages } = (await manager.streams.info(settings.name)).state
  if (messages < acknowledged)
    return yield warning(
      `${stream} has ${messages} messages of ${acknowledged} that were acknowledged: it was lost ` +
        'or emptied since',
      again,
    )
  const text = `${stream} with ${messages} messages`
  yield issues
    ? warning(`${text} weakens exactly-once: ${issues}`)
    : ok(`${text} keeps the promise`)
}

const counted = (metrics: readonly string[], name: string) =>
  metrics.filter((text) => new RegExp(`^${name} 1$`, 'm').test(text)).length

/** What the pods report of NATS; of the stream only where nobody else has looked at it. */
export function* judgeMetrics(
  metrics: readonly string[],
  help: string,
  isStreamKnown: boolean,
): Generator<Finding> {
  for (const [name, words] of [
    ['coinflip_nats_connected', 'are connected to NATS'],
    ['coinflip_stream_config_valid', 'report a suitable stream'],
  ] as const) {
    const count = counted(metrics, name)
    const text = `${count} of ${metrics.length} pods ${words}`
    if (count < metrics.length) return yield failure(text, help)
    yield ok(text)
    if (isStreamKnown) return
  }
}

/** Why the NATS server that `deploy` installed does not serve; undefined if it does. */
async function troubleOfOurs(kubectl: Kubectl): Promise<Finding | undefined> {
  const where = ['statefulset', 'nats', '--namespace', systemNamespace]
  const nats = await find<KubeObject>(kubectl, ...where)
  if (!nats) return failure(`${deployedNatsUrl} is configured, and there is no such server`)
  const pods = await checkPods(kubectl, nats)
  return pods.level === 'failure' ? pods : undefined
}

/** Checks NATS from this machine where it is reachable, and by the metrics of the pods. */
export async function* checkNats(options: {
  cluster: Cluster
  /** The Deployment of the service; without one the service runs on this machine. */
  deployment: KubeObject | undefined
  env: NodeJS.ProcessEnv
  /** The number of notifications that the CoinFlips count as acknowledged. */
  acknowledged: number
}): AsyncGenerator<Finding> {
  const { cluster, deployment, env, acknowledged } = options
  const { kubectl, context } = cluster
  const deployed = deployment ? await deployedSettings(kubectl) : {}
  const isOurs = deployed.NATS_URL === deployedNatsUrl && !env.NATS_URL
  const names = deployment ? forwardedSettings.map((name) => [name, deployed[name]]) : []
  const settings = { ...env, ...Object.fromEntries(names) }
  const help = deployment ? (isOurs ? `${kube} get pods` : log) : 'make run'
  const metrics = deployment ? await metricsOf(kubectl, deployment) : []
  const open = async () => {
    if (env.NATS_URL) return openUrl(env.NATS_URL, 'NATS_URL', settings)
    if (!deployment) return openLocal()
    return isOurs ? openForwarded(context) : undefined
  }
  let access: BrokerAccess | undefined
  const trouble = isOurs ? await troubleOfOurs(kubectl) : undefined
  try {
    access = trouble ? undefined : await open()
    if (access) yield* checkBroker(access, settings, acknowledged)
    else if (trouble || metrics.length === 0) yield trouble ?? skipped(unknown)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    yield failure(error.message, help)
  } finally {
    await access?.close()
  }
  if (metrics.length > 0) yield* judgeMetrics(metrics, help, access !== undefined)
}
