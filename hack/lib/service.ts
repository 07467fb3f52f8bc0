import { type Daemon, startDaemon } from './daemon.ts'
import { freePort } from './free-port.ts'
import { isOk } from './is-ok.ts'
import type { Env } from './process.ts'

/** The service in its own process. */
export interface Service extends Daemon {
  /** Base URL of the hooks. */
  url: string
  /** Base URL of /livez, /readyz and /metrics. */
  adminUrl: string
  /** Its log lines, oldest first. */
  log: readonly string[]
}

// A busy machine delays the event loop; the few calls of tools and tests are admitted all the same.
const patient = { MAX_DELAY_MS: '10000' }

const source = 'server/main.ts'
/** What runs the service: the bundle in tests, which starts in a third of the time of the source. */
export const serviceEntry = process.env.SERVICE_ENTRY ?? source

/** The variables of this process that any program needs, and no setting of the service. */
function minimalEnv(entry: string): Env {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_COMPILE_CACHE']
  if (entry === source) names.push('NODE_V8_COVERAGE')
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

/**
 * Starts the service on free loopback ports with the given settings, and resolves when it is ready.
 * It runs `entry`, by default `serviceEntry`. `onLine` gets the log instead of `log`.
 */
export async function startService(
  options: { env?: Env; entry?: string; limitMs?: number; onLine?: (line: string) => void } = {},
): Promise<Service> {
  const { env = {}, limitMs = 15_000 } = options
  const entry = options.entry ?? serviceEntry
  const PORT = env.PORT || String(await freePort())
  const ADMIN_PORT = env.ADMIN_PORT || String(await freePort())
  const own = { HOST: '127.0.0.1', ...patient, ...env, PORT, ADMIN_PORT }
  const adminUrl = `http://127.0.0.1:${ADMIN_PORT}`
  const log: string[] = []
  const daemon = await startDaemon({
    name: 'the service',
    command: process.execPath,
    args: [entry],
    env: { ...minimalEnv(entry), ...own },
    onLine: options.onLine ?? ((line) => void log.push(line)),
    isReady: () => isOk(`${adminUrl}/readyz`),
    timeoutMs: limitMs,
  })
  return { ...daemon, url: `http://127.0.0.1:${PORT}`, adminUrl, log }
}
