import type { Kubectl } from '../kube/kubectl.ts'
import { type Finding, failure, ok, skipped, warning } from './finding.ts'
import type { Broker, StreamState } from './nats.ts'
import type { PodMetrics } from './pods.ts'

/** The commands that help with a broker that is unreachable, and that show the log. */
export interface Advice {
  broker: string
  log: string
}

/** What is known about NATS. */
export interface NatsFacts {
  broker: Broker
  pods: readonly PodMetrics[]
  /** Version of the server, from the log of the service. */
  version?: string | undefined
  /** The number of notifications that the CoinFlips count as acknowledged. */
  acknowledged: number
}

const again = 'make republish NAME='

function judgeStream(stream: StreamState, acknowledged: number): Finding {
  const { kind, name } = stream
  if (kind === 'missing')
    return failure(
      `there is no stream ${name}: the service creates it at its next message, unless ` +
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

/** Findings of a connection from this machine. */
function judgeBroker({ broker, acknowledged }: NatsFacts, advice: Advice): Finding[] {
  if (broker.kind === 'unknown') return []
  const { place } = broker
  if (broker.kind === 'unreachable')
    return [failure(`${place} does not answer (${broker.cause})`, advice.broker)]
  return [
    ok(`${place} answers, nats-server ${broker.version}`),
    judgeStream(broker.stream, acknowledged),
  ]
}

function partOf(pods: readonly PodMetrics[], has: (pod: PodMetrics) => boolean): string {
  return `${pods.filter(has).length} of ${pods.length} pods`
}

/** Findings of the metrics; of the stream only without a connection of our own. */
function judgeMetrics({ pods, broker, version }: NatsFacts, advice: Advice): Finding[] {
  const connected = `${partOf(pods, (pod) => pod.connected)} are connected to NATS`
  if (!pods.every((pod) => pod.connected)) return [failure(connected, advice.broker)]
  const server = version && broker.kind !== 'connected' ? `, nats-server ${version}` : ''
  const findings = [ok(`${connected}${server}`)]
  if (broker.kind === 'connected') return findings
  const fitting = `${partOf(pods, (pod) => pod.streamFits)} report a suitable stream`
  const fits = pods.every((pod) => pod.streamFits)
  return [...findings, fits ? ok(fitting) : failure(fitting, advice.log)]
}

/** The version that the service logged when it connected last; the line may have rotated away. */
export function versionIn(log: string): string | undefined {
  return [...log.matchAll(/"serverVersion":"([^"]+)"/g)].at(-1)?.[1]
}

/** Reads the version from the log of the service. */
export async function readLoggedVersion(
  kubectl: Kubectl,
  place: string[],
): Promise<string | undefined> {
  return versionIn((await kubectl(['logs', ...place, '--tail=2000'])).stdout)
}

/** All findings about the broker, from this machine and from the metrics. */
export function judgeNats(facts: NatsFacts, advice: Advice): Finding[] {
  const findings = judgeBroker(facts, advice)
  if (facts.pods.length > 0) findings.push(...judgeMetrics(facts, advice))
  if (findings.length > 0) return findings
  return [skipped('the server of the service is not known here', 'NATS_URL= make doctor')]
}
