import { type Broker, startBroker } from '../../../hack/lib/broker.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import type { ClusterPrograms } from '../choose-cluster.ts'
import { type Health, trackHealth } from '../health.ts'
import { type RealCluster, startRealCluster } from '../real/cluster.ts'
import { type Replicas, startReplicas } from '../replicas.ts'
import { full } from '../run-size.ts'

/** All processes, with objects that are healthy. */
export interface BenchEnvironment {
  broker: Broker
  replicas: Replicas
  cluster: RealCluster
  health: Health
  /** Of all objects. */
  names: string[]
  stop(): Promise<void>
}

export const settleLimitMs = 1_800_000
export const replicaCount = 2
const writers = 16

/** Writes to every object, by several writers at once. */
export async function forEachObject(
  names: readonly string[],
  write: (name: string) => Promise<unknown>,
): Promise<void> {
  const left = [...names]
  const writer = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await write(name)
  }
  await Promise.all(Array.from({ length: writers }, writer))
}

/** Starts all processes, and creates so many objects with a milestone each. */
export async function startEnvironment(
  programs: ClusterPrograms,
  natsServer: string,
  objects: number,
): Promise<BenchEnvironment> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    const broker = await startBroker({ binary: natsServer })
    stops.push(broker.stop)
    const natsPorts = [broker.port]
    const options = { count: replicaCount, natsPorts, settings: {}, entry: undefined }
    const replicas = await startReplicas({ ...options, ...full.pace })
    stops.push(replicas.stop)
    const cluster = await startRealCluster({ ...programs, hooksPort: replicas.port })
    stops.push(cluster.stop)
    const health = trackHealth()
    cluster.observe(health.update)
    const names = Array.from({ length: objects }, (_, i) => `coin-${i}`)
    await forEachObject(names, (name) => cluster.create(name, 'HTTT'))
    if ((await health.awaitRecovery(settleLimitMs)) === undefined)
      throw new UserError('the new objects did not become ready')
    return { broker, replicas, cluster, health, names, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Sets the period, after another one: a changed period restarts the controller with an empty queue
 * and a full bucket. Resolves when it has called the hook for every object once.
 */
export async function restartReconciliation(
  { cluster, names }: BenchEnvironment,
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
