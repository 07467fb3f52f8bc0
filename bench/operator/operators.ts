import { freePort } from '../../hack/lib/free-port.ts'
import { end, start } from '../../hack/lib/process.ts'
import { hostSelector } from '../../hack/metacontroller/composite.ts'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { startService } from '../../test/lib/load/server.ts'
import { startMetacontroller } from '../../test/lib/plane/metacontroller.ts'
import type { Cluster, OperatorEnvironment } from './environment.ts'

/** What an operator runs with. */
export interface OperatorOptions extends OperatorEnvironment {
  cluster: Cluster
  /** Period in which Metacontroller syncs all objects again, if not the one that is deployed. */
  resyncSeconds?: number
  /** Of Metacontroller, instead of those that are deployed. */
  flags?: readonly string[]
}

/** Flags for so many requests to the API server a second. */
export const limited = (perSecond: number): string[] => [
  `-client-go-qps=${perSecond}`,
  `-client-go-burst=${2 * perSecond}`,
]

interface Program {
  pid: number
  kill(): Promise<unknown>
  stop(): Promise<unknown>
}

/** An operator under measurement: programs by name. */
export interface Operator {
  readonly pids: Record<string, number>
  /** Kills these programs and starts them at once, as a kubelet does. */
  restart(names: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** Starts programs in their order. */
async function startPrograms(
  starts: Record<string, () => Program | Promise<Program>>,
): Promise<Operator> {
  const running = new Map<string, Program>()
  const launch = async (name: string) => {
    const program = await starts[name]?.()
    if (program) running.set(name, program)
  }
  for (const name of Object.keys(starts)) await launch(name)
  return {
    get pids() {
      return Object.fromEntries([...running].map(([name, { pid }]) => [name, pid]))
    },
    async restart(names) {
      await Promise.all(names.map((name) => running.get(name)?.kill()))
      await Promise.all(names.map(launch))
    },
    async stop() {
      for (const program of [...running.values()].reverse()) await program.stop()
    },
  }
}

/** Starts the service over HTTP/2 with one Metacontroller, or with one for each shard. */
export async function startWithMetacontroller(
  options: OperatorOptions,
  shards: readonly string[] = [],
): Promise<Operator> {
  const { entry, tls, cluster, metacontroller, flags = [] } = options
  // A service that is started again has the address that the CompositeController names.
  const port = await freePort()
  const endpoint = {
    url: new URL(`https://127.0.0.1:${port}`),
    ca: tls.ca,
    resyncPeriodSeconds: options.resyncSeconds,
  }
  await cluster.install(endpoint, shards)
  const selectors = shards.length > 0 ? shards.map((shard) => `shard=${shard}`) : [hostSelector]
  const metacontrollers = selectors.map((selector, i) => {
    const own = [...flags, `-target-label-selector=${selector}`]
    const start = () => startMetacontroller(metacontroller, cluster.kubeconfig, own)
    return [['metacontroller', ...shards.slice(1)][i], start]
  })
  return startPrograms({
    service: () => startService({ entry, natsUrl: cluster.natsUrl, pin: false, tls, port }),
    ...Object.fromEntries(metacontrollers),
  })
}

/** Starts the operator on controller-runtime. */
export async function startControllerRuntime(options: OperatorOptions): Promise<Operator> {
  const { cluster, operatorGo } = options
  const args = [`-finalizer=${finalizer}`, `-nats-url=${cluster.natsUrl}`]
  return startPrograms({
    operator() {
      const running = start(operatorGo, args, { env: { KUBECONFIG: cluster.kubeconfig } })
      running.child.stdout?.resume()
      running.child.stderr?.resume()
      const { pid } = running
      return { pid, kill: () => end(running, 'SIGKILL'), stop: () => end(running, 'SIGTERM') }
    },
  })
}
