import { startBroker } from '../../../hack/lib/broker.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { forEachConcurrently } from '../../lib/concurrently.ts'
import { trackHealth } from '../../lib/health.ts'
import type { Programs } from '../../lib/plane/programs.ts'
import { startRealCluster } from '../real/cluster.ts'
import { startReplicas } from '../replicas.ts'
import { full } from '../run-size.ts'

/** All processes, with objects that are healthy. */
export type HealingEnvironment = Awaited<ReturnType<typeof startEnvironment>>

export const settleLimitMs = 1_800_000
export const replicaCount = 2
/** Writes at once. */
export const writers = 16

/** Starts all processes, and creates so many objects with a milestone each. */
export async function startEnvironment(programs: Programs, natsServer: string, objects: number) {
  const broker = await startBroker({ binary: natsServer })
  const replicas = await startReplicas({
    count: replicaCount,
    natsPorts: [broker.port],
    settings: {},
    entry: undefined,
    ...full.pace,
  })
  const cluster = await startRealCluster({ ...programs, hooksPort: replicas.port })
  const health = trackHealth()
  cluster.observe(health.update)
  const names = Array.from({ length: objects }, (_, i) => `coin-${i}`)
  await forEachConcurrently(names, writers, (name) => cluster.create(name, 'HTTT'))
  if ((await health.awaitRecovery(settleLimitMs)) === undefined)
    throw new UserError('the new objects did not become ready')
  const stop = async () => {
    for (const each of [cluster, replicas, broker]) await each.stop()
  }
  return { broker, replicas, cluster, health, names, stop }
}

/**
 * Sets the period, after another one: a changed period restarts the controller with an empty queue
 * and a full bucket. Resolves when it has called the hook for every object once.
 */
export async function restartReconciliation(
  { cluster, names }: HealingEnvironment,
  resyncSeconds: number,
): Promise<void> {
  for (const period of [resyncSeconds + 1, resyncSeconds]) {
    const wanted = (await cluster.countCalls()).calls + names.length
    await cluster.setResyncPeriod(period)
    const hasRestarted = async () => (await cluster.countCalls()).calls >= wanted
    if (!(await poll(hasRestarted, { timeoutMs: settleLimitMs, intervalMs: 500 })))
      throw new UserError('Metacontroller did not restart the controller')
  }
}
