import type { FastifyBaseLogger } from 'fastify'
import pino, { type Logger, type LoggerOptions } from 'pino'
import { type LogLevel, limitLogLevel } from './app/loglevel.ts'
import type { Metrics } from './app/metrics.ts'
import type { BrokerObserver } from './nats/broker.ts'
import { openOutput } from './output.ts'

/**
 * Creates the log of the process: JSON lines on standard output, whose reader may be slow or gone. Its
 * `flush` calls back once all lines are written; a killed process loses those of its last 100 ms.
 */
export function createLog(level: string): Logger {
  // Not pino's own destination: it buffers all lines that are not read, and its thread blocks on a
  // full pipe, for which Node waits at its exit. Here a full pipe blocks nothing.
  const output = openOutput(process.stdout, (lines) =>
    log.warn({ lines }, 'log lines dropped, standard output was not read or could not be written'),
  )
  process.once('exit', output.flushNow)
  const options: LoggerOptions = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    // The service never logs headers and settings; a library might.
    redact: {
      paths: ['*.authorization', '*.password', '*.pass', '*.token', '*.headers'],
      censor: '[redacted]',
    },
  }
  const log = pino(options, output)
  return log
}

/** Creates the control of the level of the log and of Fastify's child of it. */
export function controlLogLevel(log: Logger, fastifyLog: FastifyBaseLogger): LogLevel {
  return {
    levels: [...Object.keys(log.levels.values), 'silent'],
    get level() {
      return log.level
    },
    set level(level) {
      const report = () => log.warn({ level }, 'log level changed')
      const isLogged = log.isLevelEnabled('warn')
      if (isLogged) report()
      log.level = level
      fastifyLog.level = limitLogLevel(log)
      if (!isLogged) report()
    },
  }
}

/** Creates an observer that logs each change of the broker's state and exports it as metrics. */
export function observeBroker(log: Logger, metrics: Metrics): BrokerObserver {
  let wasDisconnected = false
  let wasInvalid = false
  return {
    connected(serverVersion) {
      metrics.connected.set(1)
      log[wasDisconnected ? 'warn' : 'info']({ serverVersion }, 'NATS connected')
    },
    disconnected({ kind }, cause) {
      wasDisconnected = true
      metrics.connected.set(0)
      log.warn({ reason: kind, cause }, 'NATS disconnected, reconnecting')
    },
    stream(state) {
      const issues = state.kind === 'present' ? state.issues.map(({ text }) => text) : []
      const isValid = state.kind === 'present' && issues.length === 0
      metrics.streamConfigValid.set(isValid ? 1 : 0)
      if (state.kind !== 'present') {
        const { kind, ...facts } = state
        log.warn({ reason: kind, ...facts }, 'stream unavailable')
      } else if (!isValid) log.warn({ issues }, 'stream configuration weakens exactly-once')
      else if (wasInvalid) log.warn('stream recovered')
      wasInvalid = !isValid
    },
  }
}
