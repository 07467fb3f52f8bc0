import { startDaemon } from '../../../hack/lib/daemon.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import type { Ended, Env } from '../../../hack/lib/process.ts'
import { readDeployment } from '../deployment.ts'
import { pinned } from './pin.ts'

/** A hook server under measurement, in a process on the core for servers. */
export type Server = Awaited<ReturnType<typeof startServer>>

const mostComplaints = 50

async function startServer(options: {
  name: string
  /** Of its sync hook. */
  url: string
  caFile?: string | undefined
  readyUrl: string
  command: readonly string[]
  env: Env
  pin: boolean
  graceMs: number
}) {
  const { name, url, caFile, readyUrl, env, graceMs } = options
  const [command, args] = pinned(options.pin, 'server', options.command)
  const complaints: string[] = []
  let complaintBytes = 0
  function onLine(line: string): void {
    if (/^\{"level":[123]0,/.test(line)) return
    complaintBytes += line.length + 1
    if (complaints.length < mostComplaints) complaints.push(line)
  }
  const from = performance.now()
  const daemon = await startDaemon({
    name,
    command,
    args,
    onLine,
    isReady: () => isOk(readyUrl),
    env: { PATH: process.env.PATH, ...env },
  })
  const startMs = performance.now() - from
  let ended: Ended | undefined
  void daemon.ended.then((how) => {
    ended = how
  })
  return {
    name,
    url,
    caFile,
    pid: daemon.pid,
    /** From the start of its process until it was ready. */
    startMs,
    /** What it wrote, except for log lines below a warning. */
    complaints: complaints as readonly string[],
    /** Of all lines that are complaints. */
    complaintBytes: () => complaintBytes,
    /** Undefined while it runs. */
    ended: () => ended,
    /** SIGKILL. */
    kill: () => daemon.kill(),
    stop: () => daemon.stop(graceMs),
  }
}

/** Starts a server that the service is compared with; it reads PORT and speaks plain http. */
export async function startBaseline(
  name: string,
  command: readonly string[],
  { pin, env = {} }: { pin: boolean; env?: Env },
): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/sync`
  const all = { NODE_ENV: 'production', ...env, PORT: String(port) }
  return startServer({ name, url, readyUrl: url, command, env: all, pin, graceMs: 5_000 })
}

/** How the service is started. */
export interface ServiceOptions {
  name?: string
  /** Its built main.js. */
  entry: string
  natsUrl: string
  pin: boolean
  tls?: { ca: string; caFile: string; settings: Env } | undefined
  /** Of its hooks; any free one if not given. */
  port?: number
  /** Settings beside the ones of its Deployment. */
  env?: Env
  /** Of Node. */
  nodeArgs?: readonly string[]
  /** What runs Node, as a command before its own. */
  wrapper?: readonly string[]
}

/** The service as its Deployment runs it. */
export type Service = Awaited<ReturnType<typeof startService>>

/** Starts the service with the settings of its Deployment, until it is ready and has its stream. */
export async function startService(options: ServiceOptions) {
  const { name = 'the service', entry, natsUrl, pin, tls, nodeArgs = [], wrapper = [] } = options
  const PORT = String(options.port ?? (await freePort()))
  const ADMIN_PORT = String(await freePort())
  const { env, graceMs } = readDeployment()
  const adminUrl = `http://127.0.0.1:${ADMIN_PORT}`
  const own = { NATS_URL: natsUrl, ...tls?.settings, ...options.env, HOST: '127.0.0.1' }
  const server = await startServer({
    name,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${PORT}/sync`,
    caFile: tls?.caFile,
    readyUrl: `${adminUrl}/readyz`,
    command: [...wrapper, process.execPath, ...nodeArgs, entry],
    env: { ...env, ...own, PORT, ADMIN_PORT },
    pin,
    graceMs,
  })
  return { ...server, adminUrl }
}
