import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { isOk } from './is-ok.ts'
import { type Ended, type Env, end, start } from './process.ts'
import { root } from './root.ts'
import { UserError } from './user-error.ts'

/** The service in a process of its own. */
export interface Service {
  /** Where the hooks are. */
  url: string
  /** Where /livez, /readyz and /metrics are. */
  adminUrl: string
  pid: number
  /** The lines that it has logged, oldest first. */
  log: readonly string[]
  /** SIGTERM; resolves to how it ended. */
  stop(): Promise<Ended>
  /** SIGKILL. */
  kill(): Promise<Ended>
}

// That a busy machine delays the service is no reason to refuse the few calls of whoever starts it.
const unhurried = { MAX_DELAY_MS: '10000' }

const source = 'server/main.ts'

/** Of this process's environment only what a program needs, so that no setting slips in. */
function bareEnv(entry: string): Env {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_COMPILE_CACHE']
  if (entry === source) names.push('NODE_V8_COVERAGE')
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

/**
 * Starts the service on free loopback ports, with the given settings, until it is ready; from
 * `entry`, else `$SERVICE_ENTRY`, else its source.
 */
export async function startService(
  options: { env?: Env; entry?: string; limitMs?: number } = {},
): Promise<Service> {
  const { env = {}, limitMs = 15_000 } = options
  const entry = options.entry ?? process.env.SERVICE_ENTRY ?? source
  const PORT = String(env.PORT ?? (await freePort()))
  const ADMIN_PORT = String(env.ADMIN_PORT ?? (await freePort()))
  const own = { HOST: '127.0.0.1', ...unhurried, ...env, PORT, ADMIN_PORT }
  const running = start(process.execPath, [entry], {
    env: { ...bareEnv(entry), ...own },
    cwd: root,
  })
  const log: string[] = []
  for (const stream of [running.child.stdout, running.child.stderr])
    if (stream) createInterface(stream).on('line', (line) => log.push(line))

  const adminUrl = `http://127.0.0.1:${ADMIN_PORT}`
  const deadline = performance.now() + limitMs
  let ended: Ended | undefined
  void running.ended.then((how) => {
    ended = how
  })
  while (!(await isOk(`${adminUrl}/readyz`))) {
    const late = performance.now() > deadline
    if (ended || late) {
      const what = ended ? `ended (${ended.cause})` : `is not ready after ${limitMs / 1000} s`
      await end(running, 'SIGKILL')
      throw new UserError([`the service ${what}`, ...log.slice(-10)].join('\n  '))
    }
    await delay(20)
  }
  return {
    url: `http://127.0.0.1:${PORT}`,
    adminUrl,
    pid: running.pid,
    log,
    stop: () => end(running, 'SIGTERM'),
    kill: () => end(running, 'SIGKILL'),
  }
}
