import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { cpuMs } from '../../lib/process-stat.ts'
import { type BenchEnvironment, forEachObject, replicaCount, settleLimitMs } from './environment.ts'
import type { Outage } from './trials.ts'

/** What followed an outage; times count from its end. */
export interface Recovery {
  outageMs: number
  /** Calls that Metacontroller had to take for failed. */
  failures: number
  halfMs: number
  mostMs: number
  allMs: number
}

/** Milliseconds of a core for each second, while nothing changes. */
export interface IdleCost {
  metacontroller: number
  service: number
}

const shares = { halfMs: 0.5, mostMs: 0.9, allMs: 1 } as const

/** Stops all replicas or nats-server until `over`; resolves when they run again. */
async function stopUntil(environment: BenchEnvironment, outage: Outage, over: Promise<unknown>) {
  const { broker, replicas } = environment
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
export async function measureRecovery(
  environment: BenchEnvironment,
  outage: Outage,
  outageMs: number,
): Promise<Recovery> {
  const { cluster, health, names } = environment
  const before = await cluster.countCalls()
  const began = performance.now()
  // With many objects the changes may take longer than the outage was to last: it waits for them.
  const changed = forEachObject(names, (name) => cluster.append(name, 'HTTT'))
  await stopUntil(environment, outage, Promise.all([changed, delay(outageMs)]))
  const ended = performance.now()
  const failures = (await cluster.countCalls()).failures - before.failures
  const reached: Partial<Record<keyof typeof shares, number>> = {}
  const recovered = await poll(
    () => {
      const healthy = 1 - health.unhealthy().length / names.length
      for (const [name, share] of Object.entries(shares) as [keyof typeof shares, number][])
        if (healthy >= share) reached[name] ??= performance.now() - ended
      return healthy === 1
    },
    { timeoutMs: settleLimitMs, intervalMs: 100 },
  )
  const { halfMs, mostMs, allMs } = reached
  if (!recovered || halfMs === undefined || mostMs === undefined || allMs === undefined)
    throw new UserError('the objects did not recover')
  return { outageMs: ended - began, failures, halfMs, mostMs, allMs }
}

/** Measures the CPU time of the processes while nothing changes, over at least one period. */
export async function measureIdle(
  environment: BenchEnvironment,
  resyncSeconds: number,
): Promise<IdleCost> {
  const { cluster, replicas } = environment
  const used = () =>
    [[cluster.metacontrollerPid], replicas.pids].map((pids) =>
      pids.reduce((sum, pid) => sum + cpuMs(pid), 0),
    )
  const before = used()
  const forSeconds = Math.max(resyncSeconds, 60)
  await delay(forSeconds * 1000)
  const [metacontroller = 0, service = 0] = used().map(
    (ms, i) => (ms - (before[i] ?? 0)) / forSeconds,
  )
  return { metacontroller, service }
}
