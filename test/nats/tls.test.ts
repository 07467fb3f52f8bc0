import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { natsVersion } from '../../hack/lib/nats-sources.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { type Certificates, makeCertificates } from '../../server/cluster/certificates.ts'
import { file } from '../lib/file.ts'
import { notification } from '../lib/notification.ts'
import { openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000
const place: [string[], string[], number] = [['localhost'], ['127.0.0.1'], 1]
const [first, second] = [await makeCertificates(...place), await makeCertificates(...place)]
const elsewhere = await makeCertificates(['elsewhere'], [], 1)
const client = await makeCertificates([], [], 1, 'clientAuth')
const successor = await makeCertificates([], [], 1, 'clientAuth')

/** Configures nats-server for TLS; with `clients` it requires a certificate of this CA. */
async function tlsLines(t: Test, { cert, key }: Certificates, clients?: Certificates) {
  const [certFile, keyFile] = [await file(t, cert), await file(t, key)]
  const verify = clients && `, verify: true, ca_file: "${(await file(t, clients.ca)).path}"`
  return `tls { cert_file: "${certFile.path}", key_file: "${keyFile.path}"${verify ?? ''} }`
}

t.test('connects only to a server with a trusted certificate', async (t) => {
  const server = await startServer(t, { config: await tlsLines(t, first) })
  const stranger = await startServer(t, { config: await tlsLines(t, elsewhere) })
  const ca = { caFile: (await file(t, first.ca)).path }
  for (const [name, settings, expected, cause] of [
    ['with its CA', { url: server.url, ...ca }, 'stored', undefined],
    ['by a name in it', { url: `tls://localhost:${server.port}`, ...ca }, 'duplicate', undefined],
    [
      'with another CA',
      { url: server.url, caFile: (await file(t, second.ca)).path },
      'Connecting',
      /^UNABLE_TO_VERIFY/,
    ],
    ['without a CA', { url: server.url }, 'Connecting', /^UNABLE_TO_VERIFY/],
    [
      'with a certificate for another name',
      { url: `localhost:${stranger.port}`, caFile: (await file(t, elsewhere.ca)).path },
      'Connecting',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'with a file that is gone',
      { url: server.url, caFile: '/nowhere/ca.crt' },
      'InvalidFile',
      /^NATS_CA .*ENOENT/,
    ],
    [
      'with an emptied file, which Node treats as every public CA',
      { url: server.url, caFile: (await file(t, '')).path },
      'InvalidFile',
      'NATS_CA names an empty file',
    ],
  ] as const) {
    const { notifier, firstAttempt, close, causes } = openService(t, settings)
    await firstAttempt
    t.equal((await notifier.publish(notification(3), timeoutMs)).kind, expected, name)
    t.match(causes[0], cause, name)
    await close(100)
  }
})

t.test('presents client certificates, and reads replaced files', async (t) => {
  const config = await tlsLines(t, first, client)
  const server = await startServer(t, { config })
  const ca = await file(t, first.ca)
  const [cert, key] = [await file(t, client.cert), await file(t, client.key)]
  const stranger = {
    certFile: (await file(t, successor.cert)).path,
    keyFile: (await file(t, successor.key)).path,
  }
  const url = server.url
  for (const [name, certificate] of [
    ['no certificate', {}],
    ['a certificate of another CA', stranger],
  ] as const) {
    const { notifier, firstAttempt, close } = openService(t, {
      url,
      caFile: ca.path,
      ...certificate,
    })
    await firstAttempt
    t.equal((await notifier.publish(notification(1), 500)).kind, 'Connecting', name)
    await close(100)
  }
  const files = { caFile: ca.path, certFile: cert.path, keyFile: key.path }
  const { notifier, firstAttempt, heard } = openService(t, { url, ...files })
  await firstAttempt
  t.equal((await notifier.publish(notification(1), timeoutMs)).kind, 'stored')
  await server.configure(await tlsLines(t, second, successor))
  await server.restart()
  await ca.put(second.ca)
  await cert.put(successor.cert)
  await key.put(successor.key)
  await waitFor(
    async () => heard,
    ({ length }) => length === 3,
  )
  t.equal((await notifier.publish(notification(2), timeoutMs)).kind, 'stored')
  t.same(heard, ['connected', 'BrokerUnavailable', 'connected'])
})

t.test('reports an emptied file at the next connection', async (t) => {
  const server = await startServer(t, { config: await tlsLines(t, first) })
  const ca = await file(t, first.ca)
  const { firstAttempt, heard, causes } = openService(t, { url: server.url, caFile: ca.path })
  const heardLast = (kind: string) =>
    waitFor(
      async () => heard.at(-1),
      (last) => last === kind,
    )
  await firstAttempt
  t.same(heard, ['connected'])
  await ca.put('')
  await server.restart()
  await heardLast('InvalidFile')
  t.equal(causes.at(-1), 'NATS_CA names an empty file')
  await ca.put(first.ca)
  await heardLast('connected')
})

t.test('connects to a server with handshake_first by NATS_TLS_FIRST', async (t) => {
  const lines = await tlsLines(t, first)
  const config = lines.replace(' }', ', handshake_first: true }')
  const server = await startServer(t, { config })
  const plain = await startServer(t, { config: lines })
  const caFile = (await file(t, first.ca)).path
  for (const [name, settings, kind] of [
    ['with it', { url: server.url, caFile, tlsFirst: true }, 'stored'],
    ['with it, and no file', { url: server.url, tlsFirst: true }, 'Connecting'],
    ['without it', { url: server.url, caFile }, 'Connecting'],
    [
      'with it, to a server that does not',
      { url: plain.url, caFile, tlsFirst: true },
      'Connecting',
    ],
  ] as const) {
    const { notifier, firstAttempt, close } = openService(t, settings)
    await firstAttempt
    t.equal((await notifier.publish(notification(3), timeoutMs)).kind, kind, name)
    await close(100)
  }
})

/** Starts a server that greets like NATS, and records what it receives. */
async function fakeServer(t: Test, info: object, greeted: (socket: Socket) => void) {
  const sent: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => void sent.push(data.toString('latin1')))
    const line = JSON.stringify({ version: natsVersion, proto: 1, max_payload: 1, ...info })
    socket.write(`INFO ${line}\r\n`, () => greeted(socket))
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { port, sent }
}

t.test('sends no credentials to a server without TLS if TLS is required', async (t) => {
  const { port, sent } = await fakeServer(t, {}, (socket) => setTimeout(() => socket.end(), 100))
  const login = { user: 'flip', password: 'hunter2' }
  const { firstAttempt, close } = openService(t, { url: `tls://127.0.0.1:${port}`, ...login })
  await firstAttempt
  await close(100)
  t.same(sent, [])
})

t.test('reconnects after a reset during the TLS handshake', async (t) => {
  let attempts = 0
  const { port } = await fakeServer(t, { tls_required: true }, (socket) => {
    attempts += 1
    setImmediate(() => socket.resetAndDestroy())
  })
  const caFile = (await file(t, first.ca)).path
  openService(t, { url: `nats://127.0.0.1:${port}`, caFile })
  // An error without a listener would end the process.
  await waitFor(
    async () => attempts,
    (count) => count >= 2,
  )
})
