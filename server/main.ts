import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { buildAdmin, type Readiness } from './app/admin.ts'
import { buildApp } from './app/app.ts'
import { createMetrics, measureNotifier } from './app/metrics.ts'
import { type Config, type FileSetting, fileSettings, readConfig } from './config.ts'
import { systemClock } from './hook/context.ts'
import { createLog, observeBroker } from './logging.ts'
import { openBroker } from './nats/broker.ts'

/** Longest wait for the broker before the service counts as ready without it. */
const readyTimeoutMs = 3_000
const drainTimeoutMs = 2_000
const shutdownTimeoutMs = 15_000

function exitWith(line: string): never {
  process.stderr.write(`coinflip-operator: ${line}\n`)
  process.exit(1)
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}

/** The content of the file that a setting names, if it is set. */
function readSetting(config: Config, name: FileSetting): string | undefined {
  try {
    const path = config[name]
    return path === undefined ? undefined : readFileSync(path, 'utf8')
  } catch (error) {
    return exitWith(`setting ${name} names a file that cannot be read (${codeOf(error)})`)
  }
}

const config = readConfig(process.env)
if ('fault' in config) exitWith(config.fault)
// The client reads its files itself, again and again; one that is not there is told of here.
for (const name of fileSettings) readSetting(config, name)

const log = createLog(config.LOG_LEVEL)
const metrics = createMetrics()
const readiness: Readiness = { phase: 'starting' }
const broker = openBroker(
  {
    url: config.NATS_URL,
    user: config.NATS_USER,
    password: config.NATS_PASSWORD,
    token: config.NATS_TOKEN,
    credsFile: config.NATS_CREDS,
    nkeyFile: config.NATS_NKEY,
    certFile: config.NATS_CERT,
    keyFile: config.NATS_KEY,
    caFile: config.NATS_CA,
    inboxPrefix: config.NATS_INBOX_PREFIX,
  },
  {
    name: config.NATS_STREAM,
    subjectPrefix: config.NATS_SUBJECT_PREFIX,
    create: config.NATS_STREAM_CREATE,
    replicas: config.NATS_STREAM_REPLICAS,
    duplicateWindowMs: config.NATS_STREAM_DUPLICATE_WINDOW_MS,
  },
  observeBroker(log, metrics),
)
const cert = readSetting(config, 'TLS_CERT_FILE')
const key = readSetting(config, 'TLS_KEY_FILE')
const tls = cert === undefined || key === undefined ? undefined : { cert, key }
const app = await buildApp({
  context: {
    notifier: measureNotifier(broker.notifier, metrics),
    clock: systemClock,
    log,
    random: Math.random,
    settings: {
      subjectPrefix: config.NATS_SUBJECT_PREFIX,
      clusterName: config.CLUSTER_NAME,
      publishBudgetMs: config.PUBLISH_BUDGET_MS,
      publishTimeoutMs: config.PUBLISH_TIMEOUT_MS,
    },
  },
  log,
  metrics,
  limits: {
    bodyBytes: config.BODY_LIMIT,
    calls: config.MAX_CALLS,
    totalBytes: config.MAX_TOTAL_BYTES,
    delayMs: config.MAX_DELAY_MS,
  },
  sessionAgeMs: config.TLS_SESSION_AGE_MS,
  tls,
  document: config.NODE_ENV === 'production' ? undefined : (await import('./app/docs.ts')).document,
})
const admin = buildAdmin(readiness, metrics)

async function listen(port: number, setting: 'PORT' | 'ADMIN_PORT'): Promise<string> {
  const server = setting === 'PORT' ? app : admin
  try {
    await server.listen({ host: (config as Config).HOST, port })
  } catch (error) {
    exitWith(`setting ${setting}: cannot listen on port ${port} (${codeOf(error)})`)
  }
  const { address, port: bound } = server.server.address() as AddressInfo
  return `${address}:${bound}`
}

const adminAddress = await listen(config.ADMIN_PORT, 'ADMIN_PORT')
const address = await listen(config.PORT, 'PORT')
log.info({ hooks: `${tls ? 'https' : 'http'}://${address}`, admin: adminAddress }, 'listening')

closeWithGrace({ delay: shutdownTimeoutMs, logger: false }, async ({ err, signal }) => {
  if (err) log.fatal({ err }, 'stopping after a bug')
  else log.info({ signal }, 'stopping')
  readiness.phase = 'draining'
  await app.close()
  await broker.close(drainTimeoutMs)
  await admin.close()
})

await Promise.race([broker.firstAttempt, delay(readyTimeoutMs, undefined, { ref: false })])
if (readiness.phase === 'starting') readiness.phase = 'ready'
