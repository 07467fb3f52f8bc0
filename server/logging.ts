import type { FastifyBaseLogger } from 'fastify'
import pino, { type Logger, type LoggerOptions } from 'pino'
import type { LogLevel } from './app/loglevel.ts'
import type { Metrics } from './app/metrics.ts'
import type { BrokerObserver } from './nats/broker.ts'
import { openOutput } from './output.ts'

/**
 * The log of the process: JSON lines on standard output, whose reader may be slow or gone. Its
 * `flush` calls back once all lines are out; what is killed loses those of its last 100 ms.
 */
export function createLog(level: string): Logger {
  // Not pino's own destination: it keeps whatever nobody reads, and writes in a thread that blocks
  // on a full pipe, for which Node waits at its exit. Pipes are written without waiting here.
  const output = openOutput(process.stdout, (lines) =>
    log.warn({ lines }, 'log lines dropped, standard output was not read or could not be written'),
  )
  process.once('exit', output.flushNow)
  const options: LoggerOptions = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Headers and settings are never logged on purpose; this is for what a library might.
    redact: {
      paths: ['*.authorization', '*.password', '*.pass', '*.token', '*.headers'],
      censor: '[redacted]',
    },
  }
  const log = pino(options, output)
  return log
}

/** Fastify itself says nothing below a warning: not that it listens, not each request. */
const quietLevel = (log: Logger) => (log.isLevelEnabled('warn') ? 'warn' : log.level)

/** The level of the log together with that of Fastify's child of it. */
export function logLevel(log: Logger, ofFastify: FastifyBaseLogger): LogLevel {
  return {
    levels: [...Object.keys(log.levels.values), 'silent'],
    get level() {
      return log.level
    },
    set level(level) {
      const tell = () => log.warn({ level }, 'log level changed')
      const audible = log.isLevelEnabled('warn')
      if (audible) tell()
      log.level = level
      ofFastify.level = quietLevel(log)
      if (!audible) tell()
    },
  }
}

/** Logs each change of the broker's state once, and shows it in the metrics. */
export function observeBroker(log: Logger, metrics: Metrics): BrokerObserver {
  let wasAway = false
  let wasUnfit = false
  return {
    connected(serverVersion) {
      metrics.connected.set(1)
      log[wasAway ? 'warn' : 'info']({ serverVersion }, 'NATS connected')
    },
    disconnected({ kind }, cause) {
      wasAway = true
      metrics.connected.set(0)
      log.warn({ reason: kind, cause }, 'NATS not connected, trying again until it is')
    },
    stream(state) {
      const issues = state.kind === 'present' ? state.issues.map(({ text }) => text) : []
      const isFit = state.kind === 'present' && issues.length === 0
      metrics.streamFit.set(isFit ? 1 : 0)
      if (state.kind !== 'present') {
        const { kind, ...facts } = state
        log.warn({ reason: kind, ...facts }, 'stream not usable')
      } else if (!isFit) log.warn({ issues }, 'stream configuration weakens exactly-once')
      else if (wasUnfit) log.warn('stream usable again')
      wasUnfit = !isFit
    },
  }
}
