import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../hack/lib/certificates.ts'
import { startService } from '../../hack/lib/service.ts'
import { tlsMaterial } from '../../server/access/tls.ts'
import { recorded } from '../lib/real-app.ts'
import { until } from '../lib/real-broker.ts'

const names = ['localhost']
const first = await makeCertificates(names, [], 1)
const second = await makeCertificates(names, [], 2)
const callers = await makeCertificates(names, [], 1, 'clientAuth')
const strangers = await makeCertificates(names, [], 1, 'clientAuth')
const call = JSON.stringify(recorded('sync-no-flips').body)

/** The service with the given files, in a folder where `put` replaces them in one step. */
async function service(t: Test, files: Record<string, string>, more: Record<string, string> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-access-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const put = async (setting: string, content: string) => {
    await writeFile(join(dir, 'new'), content)
    await rename(join(dir, 'new'), join(dir, setting))
  }
  for (const [setting, content] of Object.entries(files)) await put(setting, content)
  const settings = Object.fromEntries(Object.keys(files).map((name) => [name, join(dir, name)]))
  const env = { NATS_URL: 'nats://127.0.0.1:1', RELOAD_INTERVAL_MS: '100', ...settings, ...more }
  const running = await startService({ env })
  t.teardown(() => running.kill())
  return { ...running, port: Number(new URL(running.url).port), put }
}

const tlsFiles = { TLS_CERT_FILE: first.cert, TLS_KEY_FILE: first.key }

async function openSession(t: Test, port: number, options: SecureClientSessionOptions) {
  const session = connect(`https://localhost:${port}`, options)
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  await once(session, 'connect')
  return session
}

async function statusOf(session: ClientHttp2Session): Promise<number> {
  const headers = { ':method': 'POST', ':path': '/sync', 'content-type': 'application/json' }
  const stream = session.request(headers)
  stream.on('error', () => {})
  stream.end(call)
  // A refused client certificate shows only now, as a connection that ends without an answer.
  const answers = Promise.race([once(stream, 'response'), once(stream, 'close')])
  const [answer] = await answers.catch(() => [])
  stream.resume()
  return answer?.[':status'] ?? 0
}

/** The last day of the certificate that a new connection is shown. */
async function shownExpiry(port: number): Promise<string> {
  const socket: TLSSocket = connectTls({ port, servername: 'localhost', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { valid_to } = socket.getPeerCertificate()
  socket.destroy()
  return valid_to
}

t.test(
  'reloads a new certificate with no connection dropped, and keeps it when the next is broken',
  async (t) => {
    const { port, put, log, adminUrl } = await service(t, tlsFiles)
    const session = await openSession(t, port, { ca: first.ca })
    t.equal(await statusOf(session), 200)
    const before = await shownExpiry(port)
    await put('TLS_KEY_FILE', second.key)
    const told = () =>
      until(
        async () => log,
        (lines) => lines.some((l) => l.includes('reload failed')),
      )
    await told()
    t.equal(await shownExpiry(port), before, 'a key without its certificate is not taken')
    await put('TLS_CERT_FILE', second.cert)
    await until(
      () => shownExpiry(port),
      (expiry) => expiry !== before,
    )
    t.equal(await statusOf(session), 200, 'the old connection goes on')
    t.equal(await statusOf(await openSession(t, port, { ca: second.ca })), 200)
    t.equal(log.filter((line) => line.includes('reload failed')).length, 1, 'reported once')
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
    const [, days] = /^coinflip_certificate_expiry_days ([\d.]+)$/m.exec(metrics) ?? []
    t.ok(Number(days) > 1.9 && Number(days) <= 2, `days to expiry are a metric (${days})`)
  },
)

t.test('old versions of TLS are refused', async (t) => {
  const { port } = await service(t, tlsFiles)
  const socket = connectTls({
    port,
    ca: first.ca,
    servername: 'localhost',
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  const [error] = await once(socket, 'error').catch((error) => [error])
  t.ok(error)
})

t.test('with an authority of clients only its certificates are let in', async (t) => {
  const { port, put } = await service(t, { ...tlsFiles, TLS_CLIENT_CA_FILE: callers.ca })
  const { ca } = first
  const letIn = async (options: SecureClientSessionOptions) => {
    try {
      return (await statusOf(await openSession(t, port, { ca, ...options }))) === 200
    } catch {
      return false
    }
  }
  t.equal(await letIn({}), false, 'none without a certificate')
  t.equal(await letIn({ cert: strangers.cert, key: strangers.key }), false, 'no stranger')
  t.equal(await letIn({ cert: callers.cert, key: callers.key }), true)
  await put('TLS_CLIENT_CA_FILE', `${callers.ca}\n${strangers.ca}\n`)
  const rotated = () => letIn({ cert: strangers.cert, key: strangers.key })
  t.equal(await until(rotated, Boolean), true, 'a second authority, during a rotation')
  t.equal(await letIn({ cert: callers.cert, key: callers.key }), true, 'beside the first')
})

const half = callers.ca.slice(0, callers.ca.length / 2)
for (const [what, bundle] of [
  ['an empty file', ''],
  ['no certificate', 'hello'],
  ['half of one', half],
  ['one that is whole and half of one', `${callers.ca}\n${half}`],
] as const)
  t.test(`${what} is no authority of clients`, async (t) => {
    // Node would take every public authority, or leave out what it cannot read without a word.
    t.throws(() => tlsMaterial([first.cert, first.key, bundle]))
  })

for (const setting of ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE'])
  t.test(`keeps what it has when the file of ${setting} becomes empty`, async (t) => {
    const { port, put, log } = await service(t, { ...tlsFiles, TLS_CLIENT_CA_FILE: callers.ca })
    await put(setting, ' \n')
    await until(
      async () => log,
      (lines) => lines.some((line) => line.includes('EMPTY_FILE')),
    )
    const { cert, key } = callers
    t.equal(await statusOf(await openSession(t, port, { ca: first.ca, cert, key })), 200)
    t.equal(await statusOf(await openSession(t, port, { ca: first.ca })), 0, 'and lets nobody in')
  })

t.test('a connection of HTTP/1.1 over TLS ends with its age, in good order', async (t) => {
  const { port } = await service(t, tlsFiles, { TLS_SESSION_AGE_MS: '1000' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: first.ca })
  t.teardown(() => agent.destroy())
  const post = async () => {
    const headers = { 'content-type': 'application/json' }
    const options = { port, host: 'localhost', path: '/sync', method: 'POST', agent, headers }
    const [answer] = await once(request(options).end(call), 'response')
    answer.resume()
    await once(answer, 'end')
    t.equal(answer.statusCode, 200)
    return answer.headers.connection
  }
  t.not(await post(), 'close')
  t.equal(await until(post, (connection) => connection === 'close'), 'close')
  t.not(await post(), 'close', 'the next has a new one')
})

t.test('with tokens only their bearers are let in, and probes as ever', async (t) => {
  const { url, adminUrl, put, log } = await service(t, { AUTH_TOKEN_FILE: 'one-hunter2\n' })
  const post = async (token?: string) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const headers = { 'content-type': 'application/json', ...authorization }
    const response = await fetch(`${url}/sync`, { method: 'POST', headers, body: call })
    return { status: response.status, text: await response.text() }
  }
  t.equal((await post('one-hunter2')).status, 200)
  const refused = await post('two-hunter2')
  t.equal(refused.status, 401)
  t.same(JSON.parse(refused.text), { error: 'the bearer token is missing or not known' })
  t.equal((await post()).status, 401)
  t.equal((await fetch(`${adminUrl}/livez`)).status, 200)
  await put('AUTH_TOKEN_FILE', 'one-hunter2\ntwo-hunter2\n')
  await until(
    () => post('two-hunter2'),
    ({ status }) => status === 200,
  )
  t.equal((await post('one-hunter2')).status, 200, 'the old token still counts')
  await put('AUTH_TOKEN_FILE', 'two-hunter2\n')
  await until(
    () => post('one-hunter2'),
    ({ status }) => status === 401,
  )
  await put('AUTH_TOKEN_FILE', '')
  await until(
    async () => log,
    (lines) => lines.some((l) => l.includes('reload failed')),
  )
  t.equal((await post('two-hunter2')).status, 200, 'an emptied file keeps the tokens')
  t.equal((await post('')).status, 401)
  t.notMatch(log.join('\n'), /hunter2/, 'no token is logged')
})
