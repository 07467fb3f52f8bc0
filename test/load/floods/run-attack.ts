import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { type Deployed, readDeployment } from '../../lib/deployment.ts'
import { startAttack } from '../../lib/hostile/attacker.ts'
import type { AttackName } from '../../lib/hostile/attacks.ts'
import type { Protocol, Target } from '../../lib/hostile/caller.ts'
import { type Bounds, type Observed, usualBounds } from '../../lib/hostile/judge.ts'
import { callSteadily, openClient, untilServed } from '../../lib/hostile/neighbour.ts'
import type { BenchEnvironment } from '../../lib/load/environment.ts'
import { residentMb } from '../../lib/process-stat.ts'
import { type ContainedService, startContainedService } from '../lib/contained-service.ts'
import { watchService } from '../lib/watch.ts'

export interface AttackOptions {
  environment: BenchEnvironment
  name: AttackName
  protocol: Protocol
  seconds: number
}

const warmLimitMs = 20_000
const memoryEveryMs = 50
const longestComplaint = 300

/** The bounds that the service has to keep, with the limits of its Deployment. */
export function boundsOf({ memoryBytes, liveness, readiness }: Deployed): Bounds {
  const probes = { livezMs: liveness.timeoutMs, readyzMs: readiness.timeoutMs }
  return { ...usualBounds, ...probes, memoryMb: memoryBytes / 2 ** 20 }
}

function targetOf({ url, adminUrl, caFile }: ContainedService): Target {
  const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8')
  return { url: new URL(url).origin, adminUrl, ca }
}

/** Starts the service as its pod runs it, attacks it beside well-behaved callers, and ends it. */
export async function runAttack(options: AttackOptions): Promise<Observed> {
  const { environment, name, protocol, seconds } = options
  const { entry, broker, pin } = environment
  const tls = protocol === 'HTTP/1.1' ? undefined : environment.tls
  const service = await startContainedService({ entry, natsUrl: broker.url, pin, tls })
  const target = targetOf(service)
  const protocols: Protocol[] = tls ? ['HTTP/2', 'TLS'] : ['HTTP/1.1']
  const clients = protocols.map((protocol) => ({ protocol, client: openClient(target, protocol) }))
  // The first calls of a process are slow without any attack.
  for (const { client } of clients)
    if ((await untilServed(client, warmLimitMs)) === undefined)
      throw new UserError('floods: the service does not answer calls before any attack')

  const watch = watchService(service, memoryEveryMs, readDeployment().liveness.timeoutMs)
  const loggedBefore = service.complaintBytes()
  const limitMs = seconds * 1000
  const attacker = await startAttack({ name, protocol, target, strength: 1, limitMs })
  const callers = clients.map(({ protocol, client }) => ({ protocol, calls: callSteadily(client) }))
  const end = performance.now() + limitMs
  while (performance.now() < end && !service.ended()) await delay(memoryEveryMs)
  await attacker.cease()
  const fresh = openClient(target, protocols[0] ?? protocol)
  const recoveredAfterMs = service.ended()
    ? undefined
    : await untilServed(fresh, usualBounds.recoveryMs)
  const neighbours: Observed['neighbours'] = {}
  for (const { protocol, calls } of callers) neighbours[protocol] = await calls.stop()
  const { memory, slowest } = await watch.stop()
  const { highest } = residentMb(service.pid)
  const ended = service.ended()?.cause
  const { group } = service
  const kills = 'why' in group ? 0 : group.kills()
  const from = performance.now()
  // The connections of the attack are still open, and must not keep the service from ending.
  const { cause } = await service.stop()
  const stop = { cause, ms: performance.now() - from }
  await attacker.stop()
  for (const client of [fresh, ...clients.map(({ client }) => client)]) client.close()
  return {
    seconds,
    sent: attacker.sent,
    neighbours,
    ended,
    kills,
    unlimited: 'why' in group ? group.why : undefined,
    highestMb: Math.max(highest, ...memory.map(({ value }) => value)),
    slowest,
    recoveredAfterMs,
    logBytes: service.complaintBytes() - loggedBefore,
    complaint: service.complaints[0]?.slice(0, longestComplaint),
    stop,
  }
}
