import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
} from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { startService } from '../../hack/lib/service.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { buildServerOptions, type ServerSettings } from '../../server/metacontroller/index.ts'
import { kettle, kettleApp } from '../lib/kettle.ts'
import { recorded } from '../lib/recorded.ts'
import { requestOf } from './exchange.ts'

const limitMs = 500
/** Handshakes have to end within it, which takes a busy machine longer than a request. */
const tlsLimitMs = 2_000
/** Far above the limit for a machine under load, far below Node's own timeouts. */
const longMs = 15_000
const call = JSON.stringify(recorded('sync-third-tail').body)
const whole = JSON.stringify({ parent: kettle })
const { ca, cert, key } = await makeCertificates(['localhost'], ['127.0.0.1'], 1)

/**
 * Writes `first`, then `more` repeatedly if it is given, until the other side closes, with or without
 * an error.
 */
async function dribble(socket: Socket | ClientHttp2Stream, first: string, more?: string) {
  // With a write under way a stream of HTTP/2 that is reset stays open in Node's client.
  const closed = new Promise((resolve) => socket.on('close', resolve).on('aborted', resolve))
  socket.on('error', () => {})
  if (first !== '') socket.write(first)
  const timer = setInterval(() => {
    if (more !== undefined && socket.writable) socket.write(more)
  }, limitMs / 10)
  await closed
  clearInterval(timer)
}

/** Returns the status of the response on a connection, and how long the connection lasts. */
async function slowly(socket: Socket, first: string, more?: string) {
  const start = performance.now()
  let answer = ''
  socket.on('data', (data) => {
    answer += data.toString('latin1')
  })
  await dribble(socket, first, more)
  const [, code] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? []
  return { code: Number(code ?? 0), tookMs: performance.now() - start }
}

/** Runs all attempts at once, so that they take as long as one. */
async function inTime(
  t: Test,
  attempts: Record<string, Promise<{ code: number; tookMs: number }>>,
  wanted = 408,
  timeoutMs = limitMs,
) {
  for (const [name, attempt] of Object.entries(attempts)) {
    const { code, tookMs } = await attempt
    t.equal(code, wanted, name)
    t.ok(tookMs > timeoutMs / 2 && tookMs < longMs, `${name}: ended after ${Math.round(tookMs)} ms`)
  }
}

const head = 'POST /sync HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n'
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`

t.test('closes slow HTTP/1.1 connections and serves the others', async (t) => {
  const settings = {
    NODE_ENV: 'production',
    REQUEST_TIMEOUT_MS: String(limitMs),
    // A body of unknown length counts as the longest, and there are several here.
    MAX_TOTAL_BYTES: '33554432',
  }
  const running = await startService({ env: { NATS_URL: 'nats://127.0.0.1:1', ...settings } })
  t.teardown(() => running.kill())
  const open = () => connect(Number(new URL(running.url).port), '127.0.0.1')
  const attempts = {
    nothing: slowly(open(), ''),
    'half a request line': slowly(open(), 'POST /sy'),
    'headers without an end': slowly(open(), head, 'X-A: 1\r\n'),
    'half a body': slowly(open(), `${head}Content-Length: 100\r\n\r\n{`),
    'a body byte by byte': slowly(open(), `${head}Content-Length: 100000\r\n\r\n`, ' '),
    'chunks without an end': slowly(open(), `${chunked}1\r\n{\r\n`, '1\r\n \r\n'),
    'a whole call without the last chunk': slowly(
      open(),
      `${chunked}${call.length.toString(16)}\r\n${call}\r\n`,
    ),
  }
  // Answered at once, and the connection still does not stay for a body that no handler reads.
  const elsewhere = `${head.replace('sync', 'other')}Content-Length: 9\r\n\r\n{`
  const early = { 'a body for another path': slowly(open(), elsewhere) }
  const good = requestOf(JSON.stringify(recorded('sync-no-flips').body)).toString()
  t.equal((await slowly(open(), good)).code, 200, 'a good call meanwhile')
  await inTime(t, attempts)
  await inTime(t, early, 404)
  t.equal((await slowly(open(), good)).code, 200, 'a good call afterwards')
  const metrics = await waitFor(
    async () => (await fetch(`${running.adminUrl}/metrics`)).text(),
    (text) => /^coinflip_requests_in_flight 0$/m.test(text),
  )
  t.notMatch(metrics, 'coinflip_notifications_total{', 'nothing was published')
  const odd = running.log.filter((line) => !/"msg":"(listening|NATS disconnected.*)"/.test(line))
  t.same(odd, [], 'nothing is logged')
})

/** Opens a stream that does not end by itself; returns its status and duration. */
async function slowStream(
  session: ClientHttp2Session,
  { first = '', more, path = '/sync' }: { first?: string; more?: string; path?: string },
) {
  const start = performance.now()
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/json' }
  const stream = session.request(headers)
  let code = 0
  stream.on('response', (answer) => {
    code = Number(answer[':status'])
  })
  stream.resume()
  await dribble(stream, first, more)
  return { code, tookMs: performance.now() - start }
}

t.test('closes a slow TLS connection or stream, and keeps the session', async (t) => {
  let calls = 0
  const sync = () => {
    calls += 1
    return { status: { boils: true } }
  }
  const { app, gate, lines } = await kettleApp(
    { sync },
    { tls: { cert, key }, requestTimeoutMs: tlsLimitMs },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const session = connectHttp2(`https://localhost:${port}`, { ca })
  t.teardown(() => session.destroy())
  const secure = () => connectTls({ port, host: 'localhost', ca, ALPNProtocols: ['http/1.1'] })
  const handshakes = [
    slowly(connect(port, '127.0.0.1'), ''),
    slowly(connect(port, '127.0.0.1'), '\x16\x03\x01\x02\x00\x01\x00'),
  ]
  await inTime(
    t,
    {
      'HTTP/1.1, half a body': slowly(secure(), `${head}Content-Length: 100\r\n\r\n{`),
      'HTTP/1.1, half of the headers': slowly(secure(), head),
      'HTTP/2, no body': slowStream(session, {}),
      'HTTP/2, half a body': slowStream(session, { first: '{"parent"' }),
      'HTTP/2, a body byte by byte': slowStream(session, { more: ' ' }),
      'HTTP/2, a whole call without an end': slowStream(session, { first: whole }),
    },
    408,
    tlsLimitMs,
  )
  const elsewhere = await slowStream(session, { first: '{', path: '/other' })
  t.equal(elsewhere.code, 404, 'HTTP/2, a body for another path')
  t.ok(elsewhere.tookMs < longMs, 'is closed at once')
  for (const { code, tookMs } of await Promise.all(handshakes)) {
    t.equal(code, 0, 'an unfinished handshake')
    t.ok(tookMs > tlsLimitMs / 2 && tookMs < longMs, `ended after ${Math.round(tookMs)} ms`)
  }
  t.equal(calls, 0, 'no request becomes a call')
  t.equal(gate.calls, 0, 'no call stays in flight')
  t.same(lines, [], 'nothing is logged')
  const stream = session.request({
    ':method': 'POST',
    ':path': '/sync',
    'content-type': 'application/json',
  })
  stream.end(whole)
  const [answer] = await once(stream, 'response')
  t.equal(answer[':status'], 200, 'a good call on the same session')
})

t.test('closes a connection whose answer is not received', async (t) => {
  const listen = async (length: number, tls?: ServerSettings['tls']) => {
    const timeouts = { requestTimeoutMs: 100, answerTimeoutMs: 100 }
    const options = { bodyBytes: 1_000, sessionAgeMs: 60_000, tls, ...timeouts }
    const app = fastify(buildServerOptions(options))
    const disconnected = new Promise((resolve) => {
      app.addHook('onRequest', async (_, reply) => void reply.raw.once('close', resolve))
    })
    app.get('/', async () => 'x'.repeat(length))
    await app.listen({ host: '127.0.0.1', port: 0 })
    t.teardown(() => app.close())
    return { port: (app.server.address() as AddressInfo).port, disconnected }
  }
  const secure = await listen(1_000, { cert, key })
  const settings = { initialWindowSize: 0 }
  const session = connectHttp2(`https://localhost:${secure.port}`, { ca, settings })
  t.teardown(() => session.destroy())
  const stream = session.request({ ':path': '/' })
  await new Promise((resolve) => stream.on('error', () => {}).on('close', resolve))
  t.ok(stream.destroyed, 'HTTP/2')

  // More than the buffers of two sockets hold.
  const plain = await listen(50_000_000)
  const socket = connect(plain.port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await plain.disconnected
  t.ok(socket.bytesRead < 50_000_000, 'HTTP/1.1')
})
