import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CoinFlipStatus } from '../domain/coinflip.ts'
import type { Notifier } from '../hook/notifier.ts'
import { trackOldest } from './oldest.ts'

/** Everything that `/metrics` shows. No label tells one object from another. */
export interface Metrics {
  registry: Registry
  requestSeconds: Histogram<'route' | 'code'>
  notifications: Counter<'result'>
  publishSeconds: Histogram
  connected: Gauge
  streamFit: Gauge
  /** Takes note of when a hook answers, and of how long the object waits if it does. */
  seen<Answer extends SeenAnswer>(answer: Answer): Answer
  /** Shows what `count` says whenever the metrics are read, and the most that it may be. */
  watchCalls(count: () => number, limit: number): void
  /** Shows how many days are left until `expires`. */
  watchCertificate(expires: () => Date): void
}

interface SeenAnswer {
  status: CoinFlipStatus
  finalized?: boolean
}

/** An object that waits is called for once a minute at least, so one not seen does so no longer. */
const seenWindowMs = 90_000

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const computed = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  let lastCallMs = 0
  computed(
    'coinflip_last_call_timestamp_seconds',
    'When a hook last answered; 0 for never.',
    () => lastCallMs / 1000,
  )
  const oldest = trackOldest(seenWindowMs)
  new Gauge({
    name: 'coinflip_pending_oldest_seconds',
    help: 'How long the oldest object seen of late has been not Notified, by the reason.',
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
      help: 'Time from the head of a call to the end of its answer.',
      labelNames: ['route', 'code'],
      buckets,
      registers,
    }),
    seen(answer) {
      lastCallMs = Date.now()
      const notified = answer.status.conditions.find(({ type }) => type === 'Notified')
      if (notified?.status === 'False' && !answer.finalized)
        oldest.saw(notified.reason, lastCallMs - Date.parse(notified.lastTransitionTime))
      return answer
    },
    notifications: new Counter({
      name: 'coinflip_notifications_total',
      help: 'Tries to store a notification, by their result.',
      labelNames: ['result'],
      registers,
    }),
    publishSeconds: new Histogram({
      name: 'coinflip_publish_duration_seconds',
      help: 'Time from a publish to its result.',
      buckets,
      registers,
    }),
    connected: new Gauge({
      name: 'coinflip_nats_connected',
      help: 'Whether NATS is connected (1) or not (0).',
      registers,
    }),
    streamFit: new Gauge({
      name: 'coinflip_stream_fit',
      help: 'Whether the stream keeps the promise (1), weakens it or is missing (0).',
      registers,
    }),
    watchCalls(count, limit) {
      computed('coinflip_requests_in_flight', 'Calls that are being answered.', count)
      const help = 'How many calls are answered at once; more are refused.'
      computed('coinflip_requests_in_flight_limit', help, () => limit)
    },
    watchCertificate(expires) {
      const help = 'Days until the certificate of the hook port ends.'
      const days = () => (expires().getTime() - Date.now()) / 86_400_000
      computed('coinflip_certificate_expiry_days', help, days)
    },
  }
}

/** The notifier, with each try counted and timed. */
export function measureNotifier(notifier: Notifier, metrics: Metrics): Notifier {
  return {
    async publish(notification, timeoutMs) {
      const end = metrics.publishSeconds.startTimer()
      const outcome = await notifier.publish(notification, timeoutMs)
      end()
      metrics.notifications.inc({ result: outcome.kind })
      return outcome
    },
  }
}
