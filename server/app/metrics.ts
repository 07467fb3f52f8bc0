import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { CoinFlipStatus } from '../domain/coinflip.ts'
import type { Notifier } from '../hook/notifier.ts'
import { trackOldest } from './oldest.ts'

/** The metrics of `/metrics`. No label identifies an object: the number of series is bounded. */
export interface Metrics {
  registry: Registry
  requestSeconds: Histogram<'route' | 'code'>
  notifications: Counter<'result'>
  publishSeconds: Histogram
  connected: Gauge
  streamConfigValid: Gauge
  /** Records when a hook answered, and how long the object has been waiting for its notifications. */
  recordReconcile<Answer extends HookAnswer>(answer: Answer): Answer
  /** Exports the number of calls in flight and its limit. */
  observeCalls(count: () => number, limit: number): void
  /** Exports when the certificate of the hook port expires. */
  observeCertificate(expires: () => Date): void
}

interface HookAnswer {
  status: CoinFlipStatus
  finalized?: boolean
}

/** A pending object is synced at least once a minute: one without a call is not pending any more. */
const pendingWindowMs = 90_000

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Creates the metrics of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const exportValue = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  let lastCallMs = 0
  exportValue(
    'coinflip_last_call_timestamp_seconds',
    'Time of the last answered hook call; 0 for none.',
    () => lastCallMs / 1000,
  )
  const oldest = trackOldest(pendingWindowMs)
  new Gauge({
    name: 'coinflip_oldest_pending_age_seconds',
    help: 'How long the condition Notified has been False, of the oldest such object, by reason.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset()
      for (const [reason, ageMs] of oldest.agesMs()) this.set({ reason }, ageMs / 1000)
    },
  })
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'coinflip_request_duration_seconds',
      help: 'Time from the headers of a hook call to the end of its response.',
      labelNames: ['route', 'code'],
      buckets,
      registers,
    }),
    recordReconcile(answer) {
      lastCallMs = Date.now()
      const notified = answer.status.conditions.find(({ type }) => type === 'Notified')
      if (notified?.status === 'False' && !answer.finalized)
        oldest.record(notified.reason, lastCallMs - Date.parse(notified.lastTransitionTime))
      return answer
    },
    notifications: new Counter({
      name: 'coinflip_notifications_total',
      help: 'Publishes, by result: stored, duplicate or the reason of the failure.',
      labelNames: ['result'],
      registers,
    }),
    publishSeconds: new Histogram({
      name: 'coinflip_publish_duration_seconds',
      help: 'Time from a publish to its acknowledgement or failure.',
      buckets,
      registers,
    }),
    connected: new Gauge({
      name: 'coinflip_nats_connected',
      help: 'Whether NATS is connected (1) or not (0).',
      registers,
    }),
    streamConfigValid: new Gauge({
      name: 'coinflip_stream_config_valid',
      help: 'Whether the stream exists and its configuration keeps exactly-once (1) or not (0).',
      registers,
    }),
    observeCalls(count, limit) {
      exportValue('coinflip_requests_in_flight', 'Hook calls in flight.', count)
      const help = 'Maximum of hook calls in flight; more are refused.'
      exportValue('coinflip_requests_in_flight_limit', help, () => limit)
    },
    observeCertificate(expires) {
      exportValue(
        'coinflip_certificate_expiration_timestamp_seconds',
        'When the certificate of the hook port expires.',
        () => expires().getTime() / 1000,
      )
    },
  }
}

/** Wraps a notifier so that each publish is counted and timed. */
export function measureNotifier(notifier: Notifier, metrics: Metrics): Notifier {
  return {
    async publish(notification, timeoutMs) {
      const stopTimer = metrics.publishSeconds.startTimer()
      const outcome = await notifier.publish(notification, timeoutMs)
      stopTimer()
      metrics.notifications.inc({ result: outcome.kind })
      return outcome
    },
  }
}
