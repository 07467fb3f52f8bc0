import type { Kubectl } from '../kube/kubectl.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import type { Broker, StreamLook } from './nats.ts'
import type { PodMetrics } from './pods.ts'

/** What a person does about a broker that is away, and where the service tells more. */
export interface Helps {
  broker: string
  log: string
}

/** All that is known of NATS. */
export interface Sight {
  broker: Broker
  pods: readonly PodMetrics[]
  /** Of the server, by the log of the service. */
  version?: string | undefined
  /** How many messages the CoinFlips have acknowledged. */
  acknowledged: number
}

const again = 'make republish NAME='

function judgeStream(stream: StreamLook, acknowledged: number): Finding {
  const { kind, name } = stream
  if (kind === 'missing')
    return failure(
      `there is no stream ${name}: the service makes it at its next message, unless ` +
        'NATS_STREAM_CREATE=false; what one held before has to be published again',
      again,
    )
  if (kind === 'unusable') return failure(`stream ${name}: ${stream.cause}`)
  const { issues, messages } = stream
  const words = issues.map(({ text }) => text).join(', ')
  if (issues.some(({ effect }) => effect !== 'weak'))
    return failure(`stream ${name} does not take the notifications: ${words}`)
  if (messages < acknowledged)
    return warning(
      `stream ${name} has ${messages} messages of ${acknowledged} that were acknowledged: it was ` +
        'lost or emptied since',
      again,
    )
  const text = `stream ${name} with ${messages} messages`
  if (issues.length === 0) return ok(`${text} keeps the promise`)
  return warning(`${text} weakens exactly-once: ${words}`)
}

/** What was seen from here. */
function judgeBroker({ broker, acknowledged }: Sight, helps: Helps): Finding[] {
  if (broker.kind === 'unseen') return []
  const { place } = broker
  if (broker.kind === 'away')
    return [failure(`${place} does not answer (${broker.cause})`, helps.broker)]
  return [
    ok(`${place} answers, nats-server ${broker.version}`),
    judgeStream(broker.stream, acknowledged),
  ]
}

function partOf(pods: readonly PodMetrics[], has: (pod: PodMetrics) => boolean): string {
  return `${pods.filter(has).length} of ${pods.length} pods`
}

/** What the service says of it; the stream only where nothing better is known. */
function judgeMetrics({ pods, broker, version }: Sight, helps: Helps): Finding[] {
  const connected = `${partOf(pods, (pod) => pod.connected)} are connected to NATS`
  if (!pods.every((pod) => pod.connected)) return [failure(connected, helps.broker)]
  const server = version && broker.kind !== 'open' ? `, nats-server ${version}` : ''
  const findings = [ok(`${connected}${server}`)]
  if (broker.kind === 'open') return findings
  const fitting = `${partOf(pods, (pod) => pod.streamFits)} find the stream fitting`
  const fits = pods.every((pod) => pod.streamFits)
  return [...findings, fits ? ok(fitting) : failure(fitting, helps.log)]
}

/** The version that the service logged when it connected last; its log may have begun since. */
export function versionIn(log: string): string | undefined {
  return [...log.matchAll(/"serverVersion":"([^"]+)"/g)].at(-1)?.[1]
}

/** Reads that log. */
export async function loggedVersion(
  kubectl: Kubectl,
  place: string[],
): Promise<string | undefined> {
  return versionIn((await kubectl(['logs', ...place, '--tail=2000'])).stdout)
}

/** All that is known of the broker, from here and from the service. */
export function judgeNats(sight: Sight, helps: Helps): Finding[] {
  const findings = judgeBroker(sight, helps)
  if (sight.pods.length > 0) findings.push(...judgeMetrics(sight, helps))
  if (findings.length > 0) return findings
  return [
    skipped('which server the service publishes to is not known here', 'NATS_URL= make doctor'),
  ]
}
