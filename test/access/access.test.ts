import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { startService } from '../../hack/lib/service.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { createTlsMaterial } from '../../server/access/tls.ts'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { recorded } from '../lib/recorded.ts'

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

async function requestStatus(session: ClientHttp2Session): Promise<number> {
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
  'reloads a certificate without closing connections, and keeps it when the next one is broken',
  async (t) => {
    const { port, put, log, adminUrl } = await service(t, tlsFiles)
    const session = await openSession(t, port, { ca: first.ca })
    t.equal(await requestStatus(session), 200)
    const before = await shownExpiry(port)
    await put('TLS_KEY_FILE', second.key)
    const isReported = () =>
      waitFor(
        async () => log,
        (lines) => lines.some((l) => l.includes('reload failed')),
      )
    await isReported()
    t.equal(await shownExpiry(port), before, 'a key without its certificate is not used')
    await put('TLS_CERT_FILE', second.cert)
    await waitFor(
      () => shownExpiry(port),
      (expiry) => expiry !== before,
    )
    t.equal(await requestStatus(session), 200, 'the open connection is kept')
    t.equal(await requestStatus(await openSession(t, port, { ca: second.ca })), 200)
    t.equal(log.filter((line) => line.includes('reload failed')).length, 1, 'reported once')
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
    const [, seconds] =
      /^coinflip_certificate_expiration_timestamp_seconds (\S+)$/m.exec(metrics) ?? []
    const days = (Number(seconds) - Date.now() / 1000) / 86_400
    t.ok(days > 1.9 && days <= 2, `the metric is the expiration of the new one (in ${days} days)`)
  },
)

t.test('refuses TLS 1.1', async (t) => {
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

t.test('admits only clients with a certificate of the client CA', async (t) => {
  const { port, put } = await service(t, { ...tlsFiles, TLS_CLIENT_CA_FILE: callers.ca })
  const { ca } = first
  const isAdmitted = async (options: SecureClientSessionOptions) => {
    try {
      return (await requestStatus(await openSession(t, port, { ca, ...options }))) === 200
    } catch {
      return false
    }
  }
  t.equal(await isAdmitted({}), false, 'none without a certificate')
  t.equal(await isAdmitted({ cert: strangers.cert, key: strangers.key }), false, 'no stranger')
  t.equal(await isAdmitted({ cert: callers.cert, key: callers.key }), true)
  await put('TLS_CLIENT_CA_FILE', `${callers.ca}\n${strangers.ca}\n`)
  const rotated = () => isAdmitted({ cert: strangers.cert, key: strangers.key })
  t.equal(await waitFor(rotated, Boolean), true, 'a second CA, during a rotation')
  t.equal(await isAdmitted({ cert: callers.cert, key: callers.key }), true, 'besides the first one')
})

const half = callers.ca.slice(0, callers.ca.length / 2)
for (const [what, bundle] of [
  ['an empty file', ''],
  ['no certificate', 'hello'],
  ['half of one', half],
  ['one that is whole and half of one', `${callers.ca}\n${half}`],
] as const)
  t.test(`${what} is refused as client CA`, async (t) => {
    // Node would trust every public CA, or skip what it cannot parse silently.
    t.throws(() => createTlsMaterial([first.cert, first.key, bundle]))
  })

t.test('keeps the previous value when a file becomes empty', async (t) => {
  const files = { ...tlsFiles, TLS_CLIENT_CA_FILE: callers.ca }
  const { port, put, log } = await service(t, files)
  const { cert, key } = callers
  for (const [setting, content] of Object.entries(files)) {
    await put(setting, ' \n')
    await waitFor(
      async () => log,
      (lines) => lines.some((line) => line.includes('EMPTY_FILE') && line.includes(setting)),
    )
    t.equal(await requestStatus(await openSession(t, port, { ca: first.ca, cert, key })), 200)
    const session = await openSession(t, port, { ca: first.ca })
    t.equal(await requestStatus(session), 0, `${setting}: and admits no caller without certificate`)
    await put(setting, content)
  }
})

t.test('closes an expired HTTP/1.1 connection over TLS gracefully', async (t) => {
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
  t.equal(await waitFor(post, (connection) => connection === 'close'), 'close')
  t.not(await post(), 'close', 'the next call opens a new connection')
})

t.test('admits only callers with a token, and all probes', async (t) => {
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
  t.same(JSON.parse(refused.text), { error: 'the bearer token is missing or unknown' })
  t.equal((await post()).status, 401)
  t.equal((await fetch(`${adminUrl}/livez`)).status, 200)
  await put('AUTH_TOKEN_FILE', 'one-hunter2\ntwo-hunter2\n')
  await waitFor(
    () => post('two-hunter2'),
    ({ status }) => status === 200,
  )
  t.equal((await post('one-hunter2')).status, 200, 'the old token is still accepted')
  await put('AUTH_TOKEN_FILE', 'two-hunter2\n')
  await waitFor(
    () => post('one-hunter2'),
    ({ status }) => status === 401,
  )
  await put('AUTH_TOKEN_FILE', '')
  await waitFor(
    async () => log,
    (lines) => lines.some((l) => l.includes('reload failed')),
  )
  t.equal((await post('two-hunter2')).status, 200, 'an emptied file keeps the previous tokens')
  t.equal((await post('')).status, 401)
  t.notMatch(log.join('\n'), /hunter2/, 'no token is logged')
})
