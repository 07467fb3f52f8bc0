import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../hack/lib/free-port.ts'
import { isOk } from '../../../hack/lib/is-ok.ts'
import { type Ended, type Env, end, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { readDeployment } from '../deployment.ts'
import { pinned } from './pin.ts'

/** A hook server under measurement, in a process on the core for servers. */
export interface Server {
  name: string
  /** Of its sync hook. */
  url: string
  pid: number
  caFile?: string | undefined
  /** From the start of its process until it was ready. */
  startMs: number
  /** What it wrote, except for log lines below a warning. */
  complaints: readonly string[]
  /** Of all lines that are complaints. */
  complaintBytes(): number
  /** Undefined while it runs. */
  ended(): Ended | undefined
  stop(): Promise<Ended>
}

const startLimitMs = 15_000
const pollMs = 5
const mostComplaints = 50

async function startServer(
  server: Pick<Server, 'name' | 'url' | 'caFile'>,
  command: readonly string[],
  options: { env: Env; pin: boolean; isReady: () => Promise<boolean>; graceMs: number },
): Promise<Server> {
  const { env, pin, isReady, graceMs } = options
  const [program = '', ...args] = command
  const place = pinned(pin, 'server', program, args)
  const from = performance.now()
  const running = start(place.command, place.args, {
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
  while (!(await isReady())) {
    if (ended || performance.now() - from > startLimitMs) {
      const { cause } = ended ?? (await end(running, 'SIGKILL'))
      throw new UserError([`${server.name} does not start: ${cause}`, ...complaints].join('\n  '))
    }
    await delay(pollMs)
  }
  return {
    ...server,
    pid: running.pid,
    startMs: performance.now() - from,
    complaints,
    complaintBytes: () => complaintBytes,
    ended: () => ended,
    stop: () => end(running, 'SIGTERM', graceMs),
  }
}

async function acceptsConnections(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Starts a server that the service is compared with; it reads PORT and speaks plain http. */
export async function startBaseline(
  name: string,
  command: readonly string[],
  { pin, env = {} }: { pin: boolean; env?: Env },
): Promise<Server> {
  const port = await freePort()
  return startServer({ name, url: `http://127.0.0.1:${port}/sync` }, command, {
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
  tls?: { certFile: string; keyFile: string; caFile: string } | undefined
  /** Settings beside the ones of its Deployment. */
  env?: Env
  /** Of Node. */
  nodeArgs?: readonly string[]
  /** What runs Node, as a command before its own. */
  wrapper?: readonly string[]
}

/** The service as its Deployment runs it. */
export interface Service extends Server {
  adminUrl: string
}

/** Starts the service with the settings of its Deployment, until it is ready and has its stream. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { name = 'the service', entry, natsUrl, pin, tls, nodeArgs = [], wrapper = [] } = options
  const [port, adminPort] = [await freePort(), await freePort()]
  const { env, graceMs } = readDeployment()
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/sync`
  const command = [...wrapper, process.execPath, ...nodeArgs, entry]
  const server = await startServer({ name, url, caFile: tls?.caFile }, command, {
    env: {
      ...env,
      NATS_URL: natsUrl,
      ...(tls && { TLS_CERT_FILE: tls.certFile, TLS_KEY_FILE: tls.keyFile }),
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
