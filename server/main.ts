import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Server as TlsServer } from 'node:tls'
import { promisify } from 'node:util'
import closeWithGrace from 'close-with-grace'
import { openAccess } from './access/access.ts'
import { buildAdmin, type Readiness } from './app/admin.ts'
import { buildApp } from './app/app.ts'
import { createMetrics, measureNotifier } from './app/metrics.ts'
import { type Config, fileSettings, readConfig } from './config.ts'
import { exitWith } from './exit.ts'
import { systemClock } from './hook/context.ts'
import { findErrorCode } from './lib/error-code.ts'
import { listen } from './listen.ts'
import { controlLogLevel, createLog, observeBroker } from './logging.ts'
import { openBroker } from './nats/broker.ts'
import { verifyFiles } from './nats/connection-options.ts'
import { pickHookSettings, pickLimits, pickNatsSettings, pickStreamSettings } from './settings.ts'

/** Longest wait for the broker before the service is ready without it. */
const readyTimeoutMs = 3_000
const drainTimeoutMs = 2_000
const shutdownTimeoutMs = 15_000
/** Longest wait for the reader of the log. */
const flushTimeoutMs = 1_000

/** Ends the process with a line about the first file that cannot be used. */
function checkFiles(config: Config): void {
  for (const name of fileSettings) {
    const path = config[name]
    try {
      if (path !== undefined && readFileSync(path, 'utf8').trim() === '')
        exitWith(`setting ${name} names an empty file`)
    } catch (error) {
      exitWith(`setting ${name} names a file that cannot be read (${findErrorCode(error)})`)
    }
  }
  const fileError = verifyFiles(pickNatsSettings(config))
  if (fileError) exitWith(`setting ${fileError.message}`)
}

// Node's diagnostic reports would contain all environment variables, passwords among them.
process.report.excludeEnv = true
const config = readConfig(process.env)
if ('fault' in config) exitWith(config.fault)
checkFiles(config)

const log = createLog(config.LOG_LEVEL)
const flush = promisify(log.flush.bind(log))
const metrics = createMetrics()
const readiness: Readiness = { phase: 'starting' }
const broker = openBroker(
  pickNatsSettings(config),
  pickStreamSettings(config),
  observeBroker(log, metrics),
)
const access = openAccess(config, log, (material) =>
  (app.server as unknown as TlsServer).setSecureContext(material),
)
if ('fault' in access) exitWith(access.fault)
const { tls, authorize } = access
if (tls) metrics.observeCertificate(() => tls.current().expires)
const isDevelopment = config.NODE_ENV !== 'production'
const app = await buildApp({
  context: {
    notifier: measureNotifier(broker.store, metrics),
    clock: systemClock,
    log,
    random: Math.random,
    settings: pickHookSettings(config),
  },
  log,
  metrics,
  limits: pickLimits(config),
  sessionAgeMs: config.TLS_SESSION_AGE_MS,
  requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
  tls: tls?.current(),
  authorize,
  document: isDevelopment ? (await import('./app/docs.ts')).document : undefined,
})
const admin = buildAdmin(readiness, metrics, controlLogLevel(log, app.log))
const adminAddress = await listen(admin, 'ADMIN_PORT', config)
const address = await listen(app, 'PORT', config)
log.info({ hooks: `${tls ? 'https' : 'http'}://${address}`, admin: adminAddress }, 'listening')

closeWithGrace({ delay: shutdownTimeoutMs, logger: false }, async ({ err, signal }) => {
  if (err) log.fatal({ err }, 'stopping after a bug')
  else log.info({ signal }, 'stopping')
  readiness.phase = 'draining'
  await app.close()
  await broker.close(drainTimeoutMs)
  await admin.close()
  await Promise.race([flush(), delay(flushTimeoutMs)])
})

await Promise.race([broker.firstAttempt, delay(readyTimeoutMs, undefined, { ref: false })])
if (readiness.phase === 'starting') readiness.phase = 'ready'
