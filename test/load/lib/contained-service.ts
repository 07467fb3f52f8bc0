import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../../hack/lib/free-port.ts'
import { readDeployment } from '../../lib/deployment.ts'
import { type Service, type ServiceOptions, startService } from '../../lib/load/server.ts'
import { type MemoryGroup, makeMemoryGroup } from './memory-group.ts'

/** What is open in the process of a service, and its memory after garbage collection. */
export interface HeapReport {
  resources: string[]
  listeners: number
  memory: { rss: number; heapUsed: number; external: number; arrayBuffers: number }
  heapLimit: number
}

/** The service as its pod runs it, with the memory limit and a probe of its heap. */
export interface ContainedService extends Service {
  /** The cgroup with the memory limit, or why there is none. */
  group: MemoryGroup | { why: string }
  descriptors(): number
  readHeap(): Promise<HeapReport>
}

/** Joins the group before it becomes Node, which sizes its heap by the group's limit. */
const joinGroup = 'echo $$ > "$0" && exec "$@"'

const probe = join(import.meta.dirname, 'heap-probe.js')

/** Starts the service inside a memory cgroup with the limit of its Deployment, until it is ready. */
export async function startContainedService(options: ServiceOptions): Promise<ContainedService> {
  const group = makeMemoryGroup(readDeployment().memoryBytes)
  const removeGroup = () => 'why' in group || group.remove()
  const probePort = await freePort()
  const started = startService({
    ...options,
    env: { ...options.env, PROBE_PORT: String(probePort) },
    nodeArgs: [`--import=${probe}`],
    wrapper: 'why' in group ? [] : ['sh', '-c', joinGroup, group.processes],
  })
  started.catch(removeGroup)
  const service = await started
  return {
    ...service,
    group,
    descriptors: () => readdirSync(`/proc/${service.pid}/fd`).length,
    async readHeap() {
      const response = await fetch(`http://127.0.0.1:${probePort}`)
      return (await response.json()) as HeapReport
    },
    async stop() {
      const ended = await service.stop()
      removeGroup()
      return ended
    },
  }
}

/** The limits of the service; `unlimited` is why it has no memory cgroup. */
export function describeLimits(unlimited?: string, nodeOptions?: string): string {
  const { memoryBytes, env } = readDeployment()
  const limitMb = memoryBytes / 2 ** 20
  const memory = unlimited
    ? `no memory limit (${unlimited}), though ${limitMb} MB count as one`
    : `a memory cgroup of ${limitMb} MB`
  return `${memory}, NODE_OPTIONS ${nodeOptions ?? env.NODE_OPTIONS}`
}
