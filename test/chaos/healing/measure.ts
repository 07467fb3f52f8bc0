import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { forEachConcurrently } from '../../lib/concurrently.ts'
import { cpuMs } from '../../lib/process-stat.ts'
import { type HealingEnvironment, replicaCount, settleLimitMs, writers } from './environment.ts'
import type { Outage } from './plan.ts'

/** What followed an outage; times count from its end. */
export type Recovery = Awaited<ReturnType<typeof measureRecovery>>

/** Milliseconds of a core for each second, while nothing changes. */
export type IdleCost = Awaited<ReturnType<typeof measureIdle>>

const shares = [0.5, 0.9, 1]
const leastOutageMs = 60_000

/** Stops all replicas or nats-server until `over`; resolves when they run again. */
async function stopUntil(
  { broker, replicas }: HealingEnvironment,
  outage: Outage,
  over: Promise<unknown>,
): Promise<void> {
  if (outage === 'replicas') {
    const slots = Array.from({ length: replicaCount }, (_, slot) => slot)
    await Promise.all(slots.map((slot) => replicas.kill(slot, over)))
    return
  }
  await broker.kill()
  await over
  await broker.restart()
}

/** Changes each object during an outage, and measures how long objects stay wrong after it. */
export async function measureRecovery(environment: HealingEnvironment, outage: Outage) {
  const { cluster, health, names } = environment
  const before = await cluster.countCalls()
  const began = performance.now()
  // With many objects the changes may take longer than the outage was to last: it waits for them.
  const changed = forEachConcurrently(names, writers, (name) => cluster.append(name, 'HTTT'))
  await stopUntil(environment, outage, Promise.all([changed, delay(leastOutageMs)]))
  const ended = performance.now()
  const failures = (await cluster.countCalls()).failures - before.failures
  const recoveredMs: number[] = []
  const isRecovered = () => {
    const healthy = 1 - health.unhealthy().length / names.length
    while (healthy >= (shares[recoveredMs.length] ?? Number.POSITIVE_INFINITY))
      recoveredMs.push(performance.now() - ended)
    return recoveredMs.length === shares.length
  }
  if (!(await poll(isRecovered, { timeoutMs: settleLimitMs, intervalMs: 100 })))
    throw new UserError('the objects did not recover')
  return {
    outageMs: ended - began,
    /** Calls that Metacontroller had to take for failed. */
    failures,
    /** Until each of the shares of the objects was correct. */
    recoveredMs,
  }
}

/** Measures the CPU time of the processes while nothing changes, over at least one period. */
export async function measureIdle(
  { cluster, replicas }: HealingEnvironment,
  resyncSeconds: number,
) {
  const read = () => ({
    metacontroller: cpuMs(cluster.metacontrollerPid),
    service: replicas.pids().reduce((sum, pid) => sum + cpuMs(pid), 0),
  })
  const before = read()
  const forSeconds = Math.max(resyncSeconds, 60)
  await delay(forSeconds * 1000)
  const after = read()
  return {
    metacontroller: (after.metacontroller - before.metacontroller) / forSeconds,
    service: (after.service - before.service) / forSeconds,
  }
}
