import { readFileSync } from 'node:fs'
import { end, start } from '../../hack/lib/process.ts'
import { hostSelector } from '../../hack/metacontroller/composite.ts'
import type { Stand } from '../../test/lib/load/stand.ts'
import { startBuilt } from '../hook/servers.ts'
import { finalizer } from './objects.ts'
import type { Plane } from './plane.ts'

/** What an operator runs with. */
export interface Ground {
  stand: Stand
  plane: Plane
  natsUrl: string
  metacontroller: string
  /** The built bench/operator-go. */
  operatorGo: string
  /** How often all objects are synced again; absent for no more than usual. */
  resyncSeconds?: number
}

/** One that is measured: its processes by name. */
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

function launchMetacontroller({ metacontroller, plane }: Ground, selector: string) {
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

/** The service with Metacontroller, or with one for each shard of the objects. */
export async function startOurs(
  ground: Ground,
  https: boolean,
  shards: readonly string[] = [],
): Promise<Operator> {
  const { stand, plane, natsUrl, resyncSeconds } = ground
  const { entry, tls } = stand
  const service = await startBuilt('the service', {
    entry,
    natsUrl,
    pin: false,
    ...(https && { tls }),
  })
  const hooks = {
    url: new URL(service.url),
    ca: https ? readFileSync(tls.caFile, 'utf8') : undefined,
    ...(resyncSeconds && { resyncSeconds }),
  }
  for (const shard of shards.length > 0 ? shards : [undefined])
    await plane.install({ ...hooks, shard })
  const selectors = shards.length > 0 ? shards.map((shard) => `shard=${shard}`) : [hostSelector]
  const running = selectors.map((selector) => launchMetacontroller(ground, selector))
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

/** The operator on controller-runtime. */
export async function startGo(ground: Ground): Promise<Operator> {
  const { plane, natsUrl, operatorGo, resyncSeconds } = ground
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
