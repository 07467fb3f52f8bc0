import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../hack/lib/free-port.ts'
import { type Ended, type Env, end, type Running, start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { readDeployment } from '../../test/lib/deployment.ts'
import { pinned } from '../../test/lib/load/pin.ts'

/** One that is measured, on the core for servers. */
export interface Server {
  name: string
  /** Of its hook. */
  url: string
  pid: number
  caFile?: string | undefined
  /** From the start of its process until it was ready. */
  startMs: number
  stop(): Promise<void>
}

const limitMs = 15_000
const pollMs = 2

/** Whether something answers 200 there. */
function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 1000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

async function listens(port: number): Promise<boolean> {
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

async function launch(
  name: string,
  command: string,
  args: readonly string[],
  env: Env,
  options: { pin: boolean; ready: () => Promise<boolean> },
): Promise<{ running: Running; startMs: number }> {
  const place = pinned(options.pin, 'server', command, args)
  const from = performance.now()
  const running = start(place.command, place.args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    cwd: root,
  })
  let said = ''
  running.child.stdout?.resume()
  running.child.stderr?.setEncoding('utf8').on('data', (text) => {
    said = `${said}${text}`.slice(-2000)
  })
  let ended: Ended | undefined
  void running.ended.then((how) => {
    ended = how
  })
  while (!(await options.ready())) {
    const cause = ended?.cause
    if (cause !== undefined || performance.now() - from > limitMs) {
      await end(running, 'SIGKILL')
      throw new UserError(
        `bench: ${name} does not start: ${said.trim() || (cause ?? 'not in time')}`,
      )
    }
    await delay(pollMs)
  }
  return { running, startMs: performance.now() - from }
}

/** Starts a contestant that takes its port from PORT and speaks plain http. */
export async function startContestant(
  name: string,
  command: readonly [string, ...string[]],
  pin: boolean,
  env: Env = {},
): Promise<Server> {
  const port = await freePort()
  const [program, ...args] = command
  const settings = { NODE_ENV: 'production', ...env, PORT: String(port) }
  const options = { pin, ready: () => listens(port) }
  const { running, startMs } = await launch(name, program, args, settings, options)
  const stop = async () => void (await end(running, 'SIGTERM'))
  return { name, url: `http://127.0.0.1:${port}/sync`, pid: running.pid, startMs, stop }
}

/** How the service is started. */
export interface ServiceOptions {
  /** Its built main.js. */
  entry: string
  natsUrl: string
  pin: boolean
  /** Of Node. */
  args?: readonly string[]
  env?: Env
  tls?: { certFile: string; keyFile: string; caFile: string }
}

/** Starts the service as it is deployed, until it is ready and has its stream. */
export async function startBuilt(name: string, options: ServiceOptions): Promise<Server> {
  const { entry, natsUrl, tls, pin } = options
  const [port, adminPort] = [await freePort(), await freePort()]
  const env = {
    ...readDeployment().env,
    HOST: '127.0.0.1',
    NATS_URL: natsUrl,
    ...options.env,
    ...(tls && { TLS_CERT_FILE: tls.certFile, TLS_KEY_FILE: tls.keyFile }),
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
  }
  const ready = () => isReady(`http://127.0.0.1:${adminPort}/readyz`)
  const args = [...(options.args ?? []), entry]
  const { running, startMs } = await launch(name, process.execPath, args, env, { pin, ready })
  return {
    name,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/sync`,
    pid: running.pid,
    caFile: tls?.caFile,
    startMs,
    stop: async () => void (await end(running, 'SIGTERM')),
  }
}
