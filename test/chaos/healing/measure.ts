import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { eventually } from '../../lib/eventually.ts'
import { cpuSeconds } from '../cpu.ts'
import { eachObject, replicaCount, type Stage, settleLimitMs } from './stage.ts'
import type { Outage } from './trial.ts'

/** How it went after an outage; times count from its end. */
export interface Healing {
  awayMs: number
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

/** Everything away until `over`; resolves when it is back. */
async function beAway({ broker, replicas }: Stage, outage: Outage, over: Promise<unknown>) {
  if (outage === 'replicas') {
    const slots = Array.from({ length: replicaCount }, (_, slot) => slot)
    await Promise.all(slots.map((slot) => replicas.kill(slot, over)))
    return
  }
  await broker.kill()
  await over
  await broker.restart()
}

/** Everything away for a while, each object changed meanwhile; how long it ails after the return. */
export async function measureHealing(
  stage: Stage,
  outage: Outage,
  awayMs: number,
): Promise<Healing> {
  const { world, health, names } = stage
  const before = await world.tally()
  const left = performance.now()
  // With many objects the changes may take longer than the outage was to last: it waits for them.
  const changed = eachObject(names, (name) => world.append(name, 'HTTT'))
  await beAway(stage, outage, Promise.all([changed, delay(awayMs)]))
  const back = performance.now()
  const failures = (await world.tally()).failures - before.failures
  const reached: Partial<Record<keyof typeof shares, number>> = {}
  const healed = await eventually(
    () => {
      const well = 1 - health.ailing().length / names.length
      for (const [name, share] of Object.entries(shares) as [keyof typeof shares, number][])
        if (well >= share) reached[name] ??= performance.now() - back
      return well === 1
    },
    settleLimitMs,
    100,
  )
  const { halfMs, mostMs, allMs } = reached
  if (!healed || halfMs === undefined || mostMs === undefined || allMs === undefined)
    throw new UserError('the objects did not heal')
  return { awayMs: back - left, failures, halfMs, mostMs, allMs }
}

/** What the processes use while nothing changes, over a period at least. */
export async function measureIdle(stage: Stage, resyncSeconds: number): Promise<IdleCost> {
  const { world, replicas } = stage
  const groups = [[world.metacontrollerPid], replicas.pids]
  const before = groups.map((pids) => cpuSeconds(pids))
  const forMs = Math.max(resyncSeconds, 60) * 1000
  await delay(forMs)
  const [metacontroller = 0, service = 0] = groups.map(
    (pids, i) => ((cpuSeconds(pids) - (before[i] ?? 0)) * 1_000_000) / forMs,
  )
  return { metacontroller, service }
}
