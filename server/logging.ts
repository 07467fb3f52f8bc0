import pino, { type Logger } from 'pino'
import type { Metrics } from './app/metrics.ts'
import type { BrokerObserver } from './nats/broker.ts'

/** The log of the process: JSON lines on standard output. */
export function createLog(level: string): Logger {
  return pino({
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Headers and settings are never logged on purpose; this is for what a library might.
    redact: {
      paths: ['*.authorization', '*.password', '*.pass', '*.token', '*.headers'],
      censor: '[redacted]',
    },
  })
}

/** Logs each change of the broker's state once, and shows it in the metrics. */
export function observeBroker(log: Logger, metrics: Metrics): BrokerObserver {
  let wasAway = false
  return {
    connected(serverVersion) {
      metrics.connected.set(1)
      log[wasAway ? 'warn' : 'info']({ serverVersion }, 'NATS connected')
    },
    disconnected({ kind }) {
      wasAway = true
      metrics.connected.set(0)
      log.warn({ reason: kind }, 'NATS not connected, trying again until it is')
    },
    stream(state) {
      const fit = state.kind === 'present' && state.weaknesses.length === 0
      metrics.streamFit.set(fit ? 1 : 0)
      if (state.kind !== 'present') log.warn({ reason: state.kind }, 'stream not usable')
      else if (!fit) log.warn({ weaknesses: state.weaknesses }, 'stream weakens the promise')
    },
  }
}
