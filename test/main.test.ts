import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { run } from '../hack/lib/process.ts'
import { serviceEntry, startService } from '../hack/lib/service.ts'
import { waitFor } from '../hack/lib/wait-for.ts'
import { makeCertificates } from '../server/cluster/certificates.ts'
import { file } from './lib/file.ts'
import { openObserver, startServer } from './lib/real-broker.ts'
import { recorded } from './lib/recorded.ts'

const nowhere = { NATS_URL: 'nats://127.0.0.1:1' }

async function service(t: Test, env: Record<string, string>, entry?: string) {
  const running = await startService({ env, ...(entry && { entry }) })
  t.teardown(() => running.kill())
  return running
}

function post(url: string, body: unknown) {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

t.test('exits with one line, without the value, for a wrong setting', async (t) => {
  const occupied = createServer().listen(0, '127.0.0.1')
  t.teardown(() => occupied.close())
  await once(occupied, 'listening')
  const { port } = occupied.address() as { port: number }
  const empty = (await file(t, ' \n')).path
  const nonsense = (await file(t, 'hunter2')).path
  for (const [name, env, line] of [
    ['a wrong setting', { PORT: 'hunter2' }, 'setting PORT must be integer'],
    [
      'a missing file',
      { NATS_CREDS: '/hunter2' },
      'setting NATS_CREDS names a file that cannot be read (ENOENT)',
    ],
    ['an empty file', { NATS_CA: empty }, 'setting NATS_CA names an empty file'],
    [
      'a file with the wrong content',
      { NATS_CREDS: nonsense },
      'setting NATS_CREDS names a file without a seed',
    ],
    [
      'an address with an invalid port',
      { NATS_URL: 'nats://u:hunter2@host:notaport' },
      'setting NATS_URL: address 1 has a port that is not a number from 1 to 65535',
    ],
    [
      'a port in use',
      { PORT: String(port), ADMIN_PORT: '0', ...nowhere },
      `setting PORT: cannot listen on port ${port} (EADDRINUSE)`,
    ],
    [
      'a host that does not resolve',
      { HOST: 'hunter2..example', PORT: '0', ADMIN_PORT: '0', ...nowhere },
      'setting HOST: cannot listen on this address (ENOTFOUND)',
    ],
    [
      'an address of another machine',
      { HOST: '192.0.2.1', PORT: '0', ADMIN_PORT: '0', ...nowhere },
      'setting HOST: cannot listen on this address (EADDRNOTAVAIL)',
    ],
  ] as const) {
    const command = run(process.execPath, [serviceEntry], {
      env: { PATH: process.env.PATH, ...env },
      limitMs: 20_000,
    })
    const { stderr, failure } = await command
    t.equal(stderr, `coinflip-operator: ${line}\n`, name)
    t.ok(failure, `${name}: exits with an error code`)
  }
})

t.test('is ready without a broker, and reports that', async (t) => {
  const { url, adminUrl } = await service(t, nowhere)
  t.equal((await fetch(`${adminUrl}/readyz`)).status, 200)
  const response = await post(`${url}/sync`, recorded('sync-third-tail').body)
  t.equal(response.status, 200)
  t.match(await response.text(), /"reason":"Connecting"/)
  t.match(await (await fetch(`${adminUrl}/metrics`)).text(), /^coinflip_nats_connected 0$/m)
})

t.test('turns a recorded call into a message, a log line and metrics', async (t) => {
  const server = await startServer(t)
  const { url, adminUrl, log } = await service(t, { NATS_URL: server.url })
  const { body } = recorded('sync-third-tail')
  for (let i = 0; i < 2; i += 1) t.equal((await post(`${url}/sync`, body)).status, 200)
  const observer = await openObserver(t, server.url)
  const { uid } = body.parent.metadata
  t.same(
    (await observer.events()).map(({ id }) => id),
    [`${uid}.4`],
  )
  const lines = await waitFor(
    async () => log.filter((line) => line.includes('"level":30') && line.includes(uid)),
    ({ length }) => length > 0,
  )
  t.equal(lines.length, 1)
  t.match(JSON.parse(lines[0] ?? ''), {
    namespace: 'default',
    name: 'two-tails',
    uid,
    flip: 4,
    sequence: 1,
    msg: 'notification stored',
  })
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
  for (const line of [
    'coinflip_nats_connected 1',
    'coinflip_stream_config_valid 1',
    'coinflip_notifications_total{result="stored"} 1',
    'coinflip_notifications_total{result="duplicate"} 1',
  ])
    t.ok(metrics.split('\n').includes(line), line)
})

t.test('SIGTERM', async (t) => {
  t.test('ends an idle service with exit code 0', async (t) => {
    const server = await startServer(t)
    const running = await service(t, { NATS_URL: server.url })
    t.equal((await running.stop()).code, 0)
  })

  t.test('answers the call in flight, and is not ready meanwhile', async (t) => {
    const server = await startServer(t)
    const running = await service(t, { NATS_URL: server.url, PUBLISH_TIMEOUT_MS: '3000' })
    server.freeze()
    const answer = post(`${running.url}/sync`, recorded('sync-third-tail').body)
    // Longer in flight than the metrics are cached.
    await waitFor(
      async () => (await fetch(`${running.adminUrl}/metrics`)).text(),
      (metrics) => /^coinflip_requests_in_flight 1$/m.test(metrics),
    )
    const stopped = running.stop()
    const response = await answer
    t.equal(response.status, 200)
    t.match(await response.text(), /"reason":"BrokerUnavailable"/)
    t.equal((await stopped).code, 0)
  })
})

t.test('serves /docs in development only', async (t) => {
  const development = await service(t, nowhere, 'server/main.ts')
  const description = await (await fetch(`${development.url}/docs/json`)).json()
  t.equal(description.openapi, '3.1.0')
  const { content } = description.paths['/sync'].post.requestBody
  t.same(content['application/json'].example, recorded('sync-third-tail').body)
  t.same(Object.keys(description.paths), ['/sync', '/finalize'])
  const production = await service(t, { ...nowhere, NODE_ENV: 'production' }, 'server/main.ts')
  t.equal((await fetch(`${production.url}/docs/json`)).status, 404)
})

t.test(
  'serves the hook port over HTTP/2 with a certificate, and the admin port without TLS',
  async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'coinflip-tls-'))
    t.teardown(() => rm(dir, { recursive: true }))
    const { ca, cert, key } = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
    await writeFile(join(dir, 'tls.crt'), cert)
    await writeFile(join(dir, 'tls.key'), key)
    const files = { TLS_CERT_FILE: join(dir, 'tls.crt'), TLS_KEY_FILE: join(dir, 'tls.key') }
    const { url } = await service(t, { ...nowhere, ...files })
    const session = connect(url.replace('http:', 'https:'), { ca })
    t.teardown(() => session.destroy())
    const headers = { ':method': 'POST', ':path': '/sync', 'content-type': 'application/json' }
    const stream = session.request(headers)
    stream.end(JSON.stringify(recorded('sync-no-flips').body))
    const [answer] = await once(stream, 'response')
    t.equal(answer[':status'], 200)
    t.match(await text(stream), /"reason":"NothingToPublish"/)
    t.equal(session.alpnProtocol, 'h2')
  },
)
