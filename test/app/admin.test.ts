import t from 'tap'
import { buildAdmin, type Readiness } from '../../server/app/admin.ts'
import { createMetrics } from '../../server/app/metrics.ts'

t.test('readiness follows the phase, liveness does not', async (t) => {
  const readiness: Readiness = { phase: 'starting' }
  const admin = buildAdmin(readiness, createMetrics())
  t.teardown(() => admin.close())
  for (const [phase, code] of [
    ['starting', 503],
    ['ready', 200],
    ['draining', 503],
  ] as const) {
    readiness.phase = phase
    const response = await admin.inject('/readyz')
    t.equal(response.statusCode, code, phase)
    t.equal(response.body, `${phase}\n`)
    t.equal((await admin.inject('/livez')).statusCode, 200)
  }
})

t.test('metrics are in the format of Prometheus', async (t) => {
  const admin = buildAdmin({ phase: 'ready' }, createMetrics())
  t.teardown(() => admin.close())
  const { body, headers } = await admin.inject('/metrics')
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
  for (const name of [
    'process_resident_memory_bytes',
    'coinflip_request_duration_seconds',
    'coinflip_notifications_total',
    'coinflip_publish_duration_seconds',
    'coinflip_nats_connected',
    'coinflip_stream_fit',
  ])
    t.match(body, `# TYPE ${name} `)
})
