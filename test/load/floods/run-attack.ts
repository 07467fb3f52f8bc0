import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { readDeployment } from '../../lib/deployment.ts'
import { startAttack } from '../../lib/hostile/attacker.ts'
import type { AttackName } from '../../lib/hostile/attacks.ts'
import type { Protocol } from '../../lib/hostile/caller.ts'
import { bounds, type Observed } from '../../lib/hostile/judge.ts'
import { callSteadily, openClient, untilServed } from '../../lib/hostile/neighbour.ts'
import type { BenchEnvironment } from '../../lib/load/environment.ts'
import { residentMb } from '../../lib/process-stat.ts'
import { startContainedService } from '../lib/contained-service.ts'
import { watchService } from '../lib/watch.ts'

const warmLimitMs = 20_000
const memoryEveryMs = 50

/** What was measured, with what helps a person to understand it. */
export interface AttackResult extends Observed {
  /** Why no cgroup enforces the memory limit. */
  unlimited?: string | undefined
  /** The first warning or error in the log. */
  complaint?: string | undefined
}

/** Starts the service as its pod runs it, attacks it beside well-behaved callers, and ends it. */
export async function runAttack(
  { entry, broker, pin, ...environment }: BenchEnvironment,
  attack: { name: AttackName; protocol: Protocol; seconds: number },
): Promise<AttackResult> {
  const { name, protocol, seconds } = attack
  const tls = protocol === 'HTTP/1.1' ? undefined : environment.tls
  const service = await startContainedService({ entry, natsUrl: broker.url, pin, tls })
  const { adminUrl } = service
  const target = { url: new URL(service.url).origin, adminUrl, ca: tls?.ca }
  const protocols: Protocol[] = tls ? ['HTTP/2', 'TLS'] : ['HTTP/1.1']
  const clients = protocols.map((protocol) => ({ protocol, client: openClient(target, protocol) }))
  // The first calls of a process are slow without any attack.
  for (const { client } of clients)
    if ((await untilServed(client, warmLimitMs)) === undefined)
      throw new UserError('floods: the service does not answer calls before any attack')

  const unwatch = watchService(service, memoryEveryMs, readDeployment().liveness.timeoutMs)
  const loggedBefore = service.complaintBytes()
  const limitMs = seconds * 1000
  const attacker = await startAttack({ name, protocol, target, strength: 1, limitMs })
  const callers = clients.map(({ protocol, client }) => ({ protocol, calls: callSteadily(client) }))
  const end = performance.now() + limitMs
  while (performance.now() < end && !service.ended()) await delay(memoryEveryMs)
  await attacker.cease()
  const fresh = openClient(target, protocols[0] ?? protocol)
  const recoveredAfterMs = service.ended() ? undefined : await untilServed(fresh, bounds.recoveryMs)
  const neighbours: Observed['neighbours'] = {}
  for (const { protocol, calls } of callers) neighbours[protocol] = await calls.stop()
  const { memory, slowest } = await unwatch()
  const highestMb = Math.max(residentMb(service.pid).highest, ...memory.map(({ value }) => value))
  const ended = service.ended()?.cause
  const kills = service.group.kills()
  const from = performance.now()
  // The connections of the attack are still open, and must not keep the service from ending.
  const { cause } = await service.stop()
  const stop = { cause, ms: performance.now() - from }
  await attacker.stop()
  for (const client of [fresh, ...clients.map(({ client }) => client)]) client.close()
  return {
    seconds,
    sent: attacker.sent(),
    neighbours,
    ended,
    kills,
    highestMb,
    slowest,
    recoveredAfterMs,
    logBytes: service.complaintBytes() - loggedBefore,
    stop,
    unlimited: service.group.unlimited,
    complaint: service.complaints[0]?.slice(0, 300),
  }
}
