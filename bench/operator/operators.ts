import { readFileSync } from 'node:fs'
import { end, start } from '../../hack/lib/process.ts'
import { hostSelector } from '../../hack/metacontroller/composite.ts'
import { startService } from '../../test/lib/load/server.ts'
import type { Cluster, OperatorEnvironment } from './environment.ts'
import { finalizer } from './objects.ts'

/** What an operator runs with. */
export interface OperatorOptions extends OperatorEnvironment, Omit<Cluster, 'stop'> {
  /** Period in which all objects are synced again, if not the usual one. */
  resyncSeconds?: number
}

/** An operator under measurement: its processes by name. */
export interface Operator {
  pids: Record<string, number>
  stop(): Promise<void>
}

const workers = 50
const qps = 500
const burst = 1000

function launch(binary: string, args: readonly string[], env: Record<string, string | undefined>) {
  const running = start(binary, args, { env })
  running.child.stdout?.resume()
  running.child.stderr?.resume()
  return running
}

function launchMetacontroller({ metacontroller, plane }: OperatorOptions, selector: string) {
  const args = [
    `-kubeconfig=${plane.kubeconfig}`,
    `-target-label-selector=${selector}`,
    `-workers=${workers}`,
    `-client-go-qps=${qps}`,
    `-client-go-burst=${burst}`,
    '-metrics-address=0',
    '-health-probe-bind-address=0',
  ]
  return launch(metacontroller, args, {})
}

/** Starts the service over `protocol` with one Metacontroller, or with one for each shard. */
export async function startWithMetacontroller(
  options: OperatorOptions,
  protocol: 'http' | 'https',
  shards: readonly string[] = [],
): Promise<Operator> {
  const { entry, plane, natsUrl, resyncSeconds } = options
  const tls = protocol === 'https' ? options.tls : undefined
  const service = await startService({ entry, natsUrl, pin: false, tls })
  const hooks = {
    url: new URL(service.url),
    ca: tls && readFileSync(tls.caFile, 'utf8'),
    ...(resyncSeconds && { resyncSeconds }),
  }
  for (const shard of shards.length > 0 ? shards : [undefined])
    await plane.install({ ...hooks, shard })
  const selectors = shards.length > 0 ? shards.map((shard) => `shard=${shard}`) : [hostSelector]
  const running = selectors.map((selector) => launchMetacontroller(options, selector))
  const names = ['metacontroller', ...shards.slice(1).map((shard) => `metacontroller ${shard}`)]
  return {
    pids: {
      service: service.pid,
      ...Object.fromEntries(running.map(({ pid }, i) => [names[i], pid])),
    },
    async stop() {
      for (const each of running) await end(each, 'SIGTERM')
      await service.stop()
    },
  }
}

/** Starts the operator on controller-runtime. */
export async function startControllerRuntime(options: OperatorOptions): Promise<Operator> {
  const { plane, natsUrl, operatorGo, resyncSeconds } = options
  const running = launch(
    operatorGo,
    [
      `--workers=${workers}`,
      `--client-go-qps=${qps}`,
      `--client-go-burst=${burst}`,
      `--finalizer=${finalizer}`,
      `--nats-url=${natsUrl}`,
      ...(resyncSeconds ? [`--resync=${resyncSeconds}s`] : []),
    ],
    { KUBECONFIG: plane.kubeconfig },
  )
  return {
    pids: { operator: running.pid },
    stop: async () => void (await end(running, 'SIGTERM')),
  }
}
