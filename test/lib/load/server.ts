import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import { type Ended, type Env, end, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { readDeployment } from '../deployment.ts'
import { pinned } from './pin.ts'

/** A hook server under measurement, in a process on the core for servers. */
export type Server = Awaited<ReturnType<typeof startServer>>

const startLimitMs = 15_000
const mostComplaints = 50

async function startServer(options: {
  name: string
  /** Of its sync hook. */
  url: string
  caFile?: string | undefined
  command: readonly string[]
  env: Env
  pin: boolean
  isReady: () => Promise<boolean>
  graceMs: number
}) {
  const { name, url, caFile, command, env, pin, isReady, graceMs } = options
  const from = performance.now()
  const running = start(...pinned(pin, 'server', command), {
    env: { PATH: process.env.PATH, ...env },
    cwd: root,
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
  let ended: Ended | undefined
  void running.ended.then((how) => {
    ended = how
  })
  await poll(async () => ended !== undefined || (await isReady()), {
    timeoutMs: startLimitMs,
    intervalMs: 5,
  })
  const startMs = performance.now() - from
  if (ended || startMs > startLimitMs) {
    const { cause } = ended ?? (await end(running, 'SIGKILL'))
    throw new UserError([`${name} does not start: ${cause}`, ...complaints].join('\n  '))
  }
  return {
    name,
    url,
    caFile,
    pid: running.pid,
    /** From the start of its process until it was ready. */
    startMs,
    /** What it wrote, except for log lines below a warning. */
    complaints: complaints as readonly string[],
    /** Of all lines that are complaints. */
    complaintBytes: () => complaintBytes,
    /** Undefined while it runs. */
    ended: () => ended,
    stop: () => end(running, 'SIGTERM', graceMs),
  }
}

async function acceptsConnections(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  return once(socket, 'connect')
    .then(() => true)
    .catch(() => false)
    .finally(() => socket.destroy())
}

/** Starts a server that the service is compared with; it reads PORT and speaks plain http. */
export async function startBaseline(
  name: string,
  command: readonly string[],
  { pin, env = {} }: { pin: boolean; env?: Env },
): Promise<Server> {
  const port = await freePort()
  return startServer({
    name,
    url: `http://127.0.0.1:${port}/sync`,
    command,
    env: { NODE_ENV: 'production', ...env, PORT: String(port) },
    pin,
    isReady: () => acceptsConnections(port),
    graceMs: 5_000,
  })
}

/** How the service is started. */
export interface ServiceOptions {
  name?: string
  /** Its built main.js. */
  entry: string
  natsUrl: string
  pin: boolean
  tls?: { ca: string; caFile: string; settings: Env } | undefined
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
  const [port, adminPort] = [await freePort(), await freePort()]
  const { env, graceMs } = readDeployment()
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const server = await startServer({
    name,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/sync`,
    caFile: tls?.caFile,
    command: [...wrapper, process.execPath, ...nodeArgs, entry],
    env: {
      ...env,
      NATS_URL: natsUrl,
      ...tls?.settings,
      ...options.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
    },
    pin,
    isReady: () => isOk(`${adminUrl}/readyz`),
    graceMs,
  })
  return { ...server, adminUrl }
}
