import t from 'tap'
import { createMetrics } from '../../server/app/metrics.ts'

const own = [
  'coinflip_certificate_expiration_timestamp_seconds',
  'coinflip_last_call_timestamp_seconds',
  'coinflip_nats_connected',
  'coinflip_notifications_total',
  'coinflip_oldest_pending_age_seconds',
  'coinflip_publish_duration_seconds',
  'coinflip_request_duration_seconds',
  'coinflip_requests_in_flight',
  'coinflip_requests_in_flight_limit',
  'coinflip_stream_config_valid',
]

/** Metrics of the process by the client library, as far as they exist on every platform. */
const ofProcess = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_utilization_histogram',
  'nodejs_eventloop_utilization_summary',
  'nodejs_external_memory_bytes',
  'nodejs_gc_duration_seconds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_version_info',
  'process_cpu_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_user_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
]

const onlyOnLinux = [
  'process_heap_bytes',
  'process_max_fds',
  'process_open_fds',
  'process_virtual_memory_bytes',
]

t.test('exports these metrics and no others', async (t) => {
  const metrics = createMetrics()
  metrics.observeCalls(() => 0, 1)
  metrics.observeCertificate(() => new Date())
  const names = metrics.registry.getMetricsAsArray().map(({ name }) => name)
  const expected = [...own, ...ofProcess]
  t.same(names.filter((name) => !onlyOnLinux.includes(name)).sort(), expected.sort())
})
