import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { buildAdmin, type Readiness } from '../../server/app/admin.ts'
import type { LogLevel } from '../../server/app/loglevel.ts'
import { createMetrics } from '../../server/app/metrics.ts'
import { computeConditions } from '../../server/hook/conditions.ts'

function admin(t: Test, readiness: Readiness = { phase: 'ready' }, metricsAgeMs = 0) {
  const logLevel: LogLevel = { level: 'info', levels: ['warn', 'info', 'debug'] }
  const metrics = createMetrics()
  const app = buildAdmin(readiness, metrics, logLevel, metricsAgeMs)
  t.teardown(() => app.close())
  return { app, metrics, logLevel }
}

t.test('is ready by its phase, and always alive', async (t) => {
  const readiness: Readiness = { phase: 'starting' }
  const { app } = admin(t, readiness)
  for (const [phase, code] of [
    ['starting', 503],
    ['ready', 200],
    ['draining', 503],
  ] as const) {
    readiness.phase = phase
    const response = await app.inject('/readyz')
    t.equal(response.statusCode, code, phase)
    t.equal(response.body, `${phase}\n`)
    t.equal((await app.inject('/livez')).statusCode, 200)
  }
})

t.test('serves metrics in the text format of Prometheus', async (t) => {
  const { body, headers } = await admin(t).app.inject('/metrics')
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
  t.match(body, '# TYPE coinflip_nats_connected gauge\ncoinflip_nats_connected 0\n')
})

t.test('serves many scrapes from a cache', async (t) => {
  const { app, metrics } = admin(t, { phase: 'ready' }, 3_600_000)
  let made = 0
  metrics.observeCalls(() => {
    made += 1
    return 0
  }, 1)
  const read = async () => (await app.inject('/metrics')).body
  const texts = await Promise.all(Array.from({ length: 20 }, read))
  t.equal(new Set([...texts, await read()]).size, 1)
  t.equal(made, 1)
})

t.test(
  'exports the time of the last call and the age of the oldest pending notification',
  async (t) => {
    const { app, metrics } = admin(t)
    const value = async (name: string) => {
      const { body } = await app.inject('/metrics')
      const line = body.split('\n').find((each) => each.startsWith(`${name} `))
      return line && Number(line.slice(name.length))
    }
    const now = new Date(Math.floor(Date.now() / 1000) * 1000)
    const answer = (ageSeconds: number, kind?: 'BrokerUnavailable' | 'Paused') => {
      const facts = { generation: 1, milestones: [3], notifications: 0, isDeleting: false }
      const since = new Date(now.getTime() - ageSeconds * 1000)
      const all = computeConditions({ ...facts, pendingReason: kind && { kind } }, undefined, since)
      const counts = { flips: 3, heads: 0, tails: 3, milestones: 1, notifications: 0 }
      return { status: { ...counts, observedGeneration: 1, conditions: all } }
    }
    t.equal(await value('coinflip_last_call_timestamp_seconds'), 0, 'before the first call')

    metrics.recordReconcile(answer(900))
    const called = await value('coinflip_last_call_timestamp_seconds')
    t.ok(called && Math.abs(called - Date.now() / 1000) < 5, 'just now')
    const waits = (reason: string) =>
      value(`coinflip_oldest_pending_age_seconds{reason="${reason}"}`)
    t.equal(await waits('Published'), undefined, 'a notified object is not pending')

    for (const ageSeconds of [100, 300, 200])
      metrics.recordReconcile(answer(ageSeconds, 'BrokerUnavailable'))
    metrics.recordReconcile(answer(7_000, 'Paused'))
    metrics.recordReconcile({ ...answer(9_000, 'BrokerUnavailable'), finalized: true })
    const oldest = Number(await waits('BrokerUnavailable'))
    t.ok(
      oldest >= 300 && oldest < 310,
      'the age of the oldest object whose deletion is not allowed',
      { oldest },
    )
    t.ok(Number(await waits('Paused')) >= 7_000, 'each reason has its own age')
  },
)

t.test('/loglevel', async (t) => {
  /** One real request; the address that it comes from is one of loopback's. */
  async function ask(
    port: number,
    { from = '127.0.0.1', method = 'PUT', body = 'debug', headers = {} },
  ) {
    const options = { host: '127.0.0.1', port, localAddress: from, method, headers, agent: false }
    const sent = request({ ...options, path: '/loglevel' })
    sent.end(method === 'PUT' ? body : undefined)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { code: response.statusCode, text: await text(response) }
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const only = 'only from inside the pod: use kubectl port-forward\n'
  for (const [name, how, code, said, level] of [
    ['shows the level', { method: 'GET' }, 200, 'info\n', 'info'],
    ['sets the level', {}, 200, 'debug\n', 'debug'],
    ['sets the level by curl -d', { body: 'debug\n', headers: form }, 200, 'debug\n', 'debug'],
    ['refuses an unknown level', { body: 'loud' }, 400, 'one of warn, info, debug\n', 'info'],
    ['refuses no level', { body: '' }, 400, 'one of warn, info, debug\n', 'info'],
    [
      'sets the level through a name of loopback',
      { headers: { host: 'localhost:9' } },
      200,
      'debug\n',
      'debug',
    ],
    ['refuses callers that are not on loopback', { from: '127.0.0.6' }, 403, only, 'info'],
    [
      'shows the level to no other address',
      { from: '127.0.0.6', method: 'GET' },
      403,
      only,
      'info',
    ],
    [
      'refuses a page of another site',
      { headers: { host: 'evil.example:9090' } },
      403,
      only,
      'info',
    ],
    [
      'refuses a request from a proxy',
      { headers: { 'x-forwarded-for': '10.0.0.7' } },
      403,
      only,
      'info',
    ],
    ['refuses a long body', { body: 'x'.repeat(100) }, 413, undefined, 'info'],
  ] as const) {
    // Only on Linux loopback has more than one address.
    if ('from' in how && process.platform !== 'linux') continue
    t.test(name, async (t) => {
      const { app, logLevel } = admin(t)
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      const answer = await ask(port, how)
      t.equal(answer.code, code)
      if (said !== undefined) t.equal(answer.text, said)
      t.equal(logLevel.level, level)
    })
  }

  t.test('refuses other pods', async (t) => {
    const { app, logLevel } = admin(t)
    for (const [remoteAddress, code] of [
      ['10.244.0.7', 403],
      ['::ffff:10.244.0.7', 403],
      ['fd00::7', 403],
      ['::1', 200],
      ['::ffff:127.0.0.1', 200],
    ] as const) {
      logLevel.level = 'info'
      const headers = { host: 'localhost:9090' }
      const options = { method: 'PUT', url: '/loglevel', payload: 'debug', headers } as const
      const { statusCode } = await app.inject({ ...options, remoteAddress })
      t.equal(statusCode, code, remoteAddress)
      t.equal(logLevel.level, code === 200 ? 'debug' : 'info')
    }
  })
})
