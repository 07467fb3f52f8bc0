import { end, start } from '../../hack/lib/process.ts'
import { hostSelector } from '../../hack/metacontroller/composite.ts'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { startService } from '../../test/lib/load/server.ts'
import { startMetacontroller } from '../../test/lib/plane/metacontroller.ts'
import type { Cluster, OperatorEnvironment } from './environment.ts'

/** What an operator runs with. */
export interface OperatorOptions extends OperatorEnvironment {
  cluster: Cluster
  /** Period in which all objects are synced again, if not the usual one. */
  resyncSeconds?: number
}

/** An operator under measurement: its processes by name. */
export interface Operator {
  pids: Record<string, number>
  stop(): Promise<unknown>
}

const pace = ['-workers=50', '-client-go-qps=500', '-client-go-burst=1000']

/** Starts the service over `protocol` with one Metacontroller, or with one for each shard. */
export async function startWithMetacontroller(
  options: OperatorOptions,
  protocol: 'http' | 'https',
  shards: readonly string[] = [],
): Promise<Operator> {
  const { entry, cluster, metacontroller, resyncSeconds: resyncPeriodSeconds } = options
  const tls = protocol === 'https' ? options.tls : undefined
  const service = await startService({ entry, natsUrl: cluster.natsUrl, pin: false, tls })
  const endpoint = { url: new URL(service.url), ca: tls?.ca, resyncPeriodSeconds }
  await cluster.install(endpoint, shards)
  const selectors = shards.length > 0 ? shards.map((shard) => `shard=${shard}`) : [hostSelector]
  const running = selectors.map((selector) =>
    startMetacontroller(metacontroller, cluster.kubeconfig, [
      ...pace,
      `-target-label-selector=${selector}`,
    ]),
  )
  const pids = running.map(({ pid }, i) => [['metacontroller', ...shards.slice(1)][i], pid])
  return {
    pids: { service: service.pid, ...Object.fromEntries(pids) },
    async stop() {
      for (const each of running) await each.stop()
      await service.stop()
    },
  }
}

/** Starts the operator on controller-runtime. */
export async function startControllerRuntime(options: OperatorOptions): Promise<Operator> {
  const { cluster, operatorGo, resyncSeconds } = options
  const args = [
    ...[...pace, `-finalizer=${finalizer}`, `-nats-url=${cluster.natsUrl}`],
    ...(resyncSeconds ? [`-resync=${resyncSeconds}s`] : []),
  ]
  const running = start(operatorGo, args, { env: { KUBECONFIG: cluster.kubeconfig } })
  running.child.stdout?.resume()
  running.child.stderr?.resume()
  return { pids: { operator: running.pid }, stop: () => end(running, 'SIGTERM') }
}
