import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import { type Ended, type Env, end, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import type { Deployed } from '../../lib/deployment.ts'
import { pinned } from '../../lib/load/pin.ts'
import { type MemoryGroup, makeMemoryGroup } from './memory-group.ts'

/** What is open in the service, and its memory once garbage is collected. */
export interface Inside {
  resources: string[]
  listeners: number
  memory: { rss: number; heapUsed: number; external: number; arrayBuffers: number }
  heapLimit: number
}

/** The built service as manifests/base runs it. */
export interface Service {
  /** Of the sync hook. */
  url: string
  adminUrl: string
  pid: number
  caFile?: string | undefined
  /** The lines of its log from a warning up, and whatever else it wrote. */
  complaints: readonly string[]
  /** Of all lines that are complaints. */
  complaintBytes(): number
  /** Undefined while it runs. */
  ended(): Ended | undefined
  /** The cgroup that holds it to its memory limit, or why there is none. */
  group: MemoryGroup | { why: string }
  descriptors(): number
  inside(): Promise<Inside>
  stop(): Promise<Ended>
}

export interface ServiceOptions {
  /** Its built main.js. */
  entry: string
  deployed: Deployed
  natsUrl: string
  pin: boolean
  tls?: { certFile: string; keyFile: string; caFile: string } | undefined
  env?: Env
}

const startLimitMs = 15_000
const mostComplaints = 50

/** Joins the group before it becomes Node, which sizes its heap by the group's limit. */
const joinGroup = 'echo $$ > "$0" && exec "$@"'

/** Starts the service inside a memory cgroup with the limit of its Deployment, until it is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { entry, deployed, natsUrl, pin, tls } = options
  const group = makeMemoryGroup(deployed.memoryBytes)
  const [port, adminPort, probePort] = [await freePort(), await freePort(), await freePort()]
  const node = [process.execPath, `--import=${join(import.meta.dirname, 'probe.js')}`, entry]
  const [program = '', ...args] =
    'why' in group ? node : ['sh', '-c', joinGroup, group.processes, ...node]
  const place = pinned(pin, 'server', program, args)
  const running = start(place.command, place.args, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ...deployed.env,
      NATS_URL: natsUrl,
      ...(tls && { TLS_CERT_FILE: tls.certFile, TLS_KEY_FILE: tls.keyFile }),
      ...options.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      PROBE_PORT: String(probePort),
    },
  })
  const complaints: string[] = []
  let complaintBytes = 0
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream)
      createInterface(stream).on('line', (line) => {
        if (/^\{"level":[123]0,/.test(line)) return
        complaintBytes += line.length + 1
        if (complaints.length < mostComplaints) complaints.push(line)
      })
  let how: Ended | undefined
  void running.ended.then((ended) => {
    how = ended
  })
  const stop = async () => {
    const ended = await end(running, 'SIGTERM', deployed.graceMs)
    if (!('why' in group)) group.remove()
    return ended
  }
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const deadline = performance.now() + startLimitMs
  while (!(await isOk(`${adminUrl}/readyz`))) {
    if (how || performance.now() > deadline) {
      await stop()
      const cause = (how as Ended | undefined)?.cause
      throw new UserError(['the service does not become ready', cause, ...complaints].join('\n  '))
    }
    await delay(20)
  }
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/sync`,
    adminUrl,
    pid: running.pid,
    caFile: tls?.caFile,
    complaints,
    complaintBytes: () => complaintBytes,
    ended: () => how,
    group,
    descriptors: () => readdirSync(`/proc/${running.pid}/fd`).length,
    async inside() {
      const response = await fetch(`http://127.0.0.1:${probePort}`)
      return (await response.json()) as Inside
    },
    stop,
  }
}
