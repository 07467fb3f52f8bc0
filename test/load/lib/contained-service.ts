import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../../hack/lib/free-port.ts'
import { readDeployment } from '../../lib/deployment.ts'
import { type ServiceOptions, startService } from '../../lib/load/server.ts'
import { metricOf } from '../../lib/metrics.ts'
import { makeMemoryGroup } from './memory-group.ts'

/** The service as its pod runs it, with the memory limit and a probe of its heap. */
export type ContainedService = Awaited<ReturnType<typeof startContainedService>>

/** Joins the group before it becomes Node, which sizes its heap by the group's limit. */
const joinGroup = 'echo $$ > "$0" && exec "$@"'

const probe = join(import.meta.dirname, 'heap-probe.js')

/** As heap-probe.js answers it. */
interface HeapReport {
  resources: string[]
  listeners: number
  memory: Record<'heapUsed' | 'external' | 'arrayBuffers', number>
}

/** Starts the service inside a memory cgroup with the limit of its Deployment, until it is ready. */
export async function startContainedService(options: ServiceOptions) {
  const group = makeMemoryGroup(readDeployment().memoryBytes)
  const probePort = await freePort()
  const started = startService({
    ...options,
    env: { ...options.env, PROBE_PORT: String(probePort) },
    nodeArgs: [`--import=${probe}`],
    wrapper: group.processes ? ['sh', '-c', joinGroup, group.processes] : [],
  })
  started.catch(group.remove)
  const service = await started
  const { pid, adminUrl } = service

  /** What is open in it, and its memory in MB after garbage collection. */
  async function readState() {
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
    const gauge = (name: string) => metricOf(metrics, name, Number.NaN)
    const descriptors = readdirSync(`/proc/${pid}/fd`).length
    // Last, since its garbage collection takes a while.
    const response = await fetch(`http://127.0.0.1:${probePort}`)
    const { memory, ...heap } = (await response.json()) as HeapReport
    return {
      inFlight: gauge('coinflip_requests_in_flight'),
      /** Since the last reading. */
      loopLagP99Ms: gauge('nodejs_eventloop_lag_p99_seconds') * 1000,
      descriptors,
      ...heap,
      heapMb: memory.heapUsed / 2 ** 20,
      outsideMb: (memory.external + memory.arrayBuffers) / 2 ** 20,
    }
  }
  return {
    ...service,
    group,
    readState,
    async stop() {
      const ended = await service.stop()
      group.remove()
      return ended
    },
  }
}

/** The limits of the service; `unlimited` is why it has no memory cgroup. */
export function describeLimits(unlimited?: string): string {
  const { memoryBytes, env } = readDeployment()
  const limitMb = memoryBytes / 2 ** 20
  const memory = unlimited
    ? `no memory limit (${unlimited}), though ${limitMb} MB count as one`
    : `a memory cgroup of ${limitMb} MB`
  return `${memory}, NODE_OPTIONS ${env.NODE_OPTIONS}`
}
