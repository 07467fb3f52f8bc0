import { once } from 'node:events'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { idleTimeoutMs } from '../../server/metacontroller/server.ts'
import { defaultLimits, kettle, kettleApp } from '../lib/kettle.ts'

/** Go's client closes an idle connection after 90 s; a server has to keep it longer. */
const goIdleTimeoutMs = 90_000

const { ca, cert, key } = await makeCertificates(['localhost'], [], 1)
const payload = JSON.stringify({ parent: kettle })
const headers = { 'content-type': 'application/json' }

/** Starts an app; `hold` keeps calls waiting until `releaseCalls`. */
async function listening(t: Test, { secure = false, hold = false, sessionAgeMs = 60_000 }) {
  const entered = Promise.withResolvers<void>()
  const releaseCalls = Promise.withResolvers<void>()
  const sync = async () => {
    entered.resolve()
    if (hold) await releaseCalls.promise
    return { status: { boils: true } }
  }
  const { app, gate } = await kettleApp(
    { sync },
    { sessionAgeMs, ...(secure ? { tls: { cert, key } } : {}) },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return { app, gate, port, entered: entered.promise, releaseCalls: releaseCalls.resolve }
}

/** One call over HTTP/1.1 on a kept-alive connection. */
function callHttp1(t: Test, port: number, secure: boolean) {
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, ca })
    : new HttpAgent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const options = { host: 'localhost', port, path: '/sync', method: 'POST', headers, agent }
  const request = secure ? httpsRequest(options) : httpRequest(options)
  request.end(payload)
  return once(request, 'response').then(async ([response]) => {
    return { headers: response.headers, body: await text(response) }
  })
}

async function openSession(t: Test, port: number): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${port}`, { ca })
  t.teardown(() => session.destroy())
  await once(session, 'connect')
  return session
}

/** One call over HTTP/2: its status and body. */
async function callHttp2(session: ClientHttp2Session) {
  const stream = session.request({ ':method': 'POST', ':path': '/sync', ...headers })
  stream.end(payload)
  const [answer] = await once(stream, 'response')
  return { status: answer[':status'], body: await text(stream) }
}

for (const secure of [false, true])
  t.test(
    `keeps an idle HTTP/1.1 connection longer than Go's client, ${secure ? 'https' : 'http'}`,
    async (t) => {
      const { port } = await listening(t, { secure })
      const answer = await callHttp1(t, port, secure)
      const [, seconds] = /timeout=(\d+)/.exec(String(answer.headers['keep-alive'])) ?? []
      t.ok(Number(seconds) * 1000 > goIdleTimeoutMs, `it is kept for ${seconds} s`)
    },
  )

t.test("keeps an idle HTTP/2 session longer than Go's client", async (t) => {
  const { app, port } = await listening(t, { secure: true })
  const opened = once(app.server, 'session')
  await openSession(t, port)
  const [session] = await opened
  t.ok(idleTimeoutMs > goIdleTimeoutMs)
  t.ok(session.listenerCount('timeout') > 0, 'and is closed after that')
})

t.test('serves HTTP/2 and HTTP/1.1 on one port with a certificate', async (t) => {
  const { port } = await listening(t, { secure: true })
  const session = await openSession(t, port)
  t.equal(session.alpnProtocol, 'h2')
  t.match(await callHttp2(session), { status: 200, body: /"boils":true/ })
  t.match(await callHttp1(t, port, true), { body: /"boils":true/ })
})

t.test('stops counting a call that is answered, over HTTP/1.1 and HTTP/2', async (t) => {
  const { gate, port } = await listening(t, { secure: true })
  await callHttp2(await openSession(t, port))
  await callHttp1(t, port, true)
  while (gate.calls > 0) await nextTurn()
  t.equal(gate.calls, 0)
})

t.test('closes an expired HTTP/2 session after the call in flight', async (t) => {
  const { port, entered, releaseCalls } = await listening(t, {
    secure: true,
    hold: true,
    sessionAgeMs: 100,
  })
  const session = await openSession(t, port)
  const answer = callHttp2(session)
  await entered
  await once(session, 'goaway')
  const closed = new Promise((resolve) => session.once('close', resolve))
  releaseCalls()
  t.match(await answer, { status: 200, body: /"boils":true/ })
  await closed
})

/** An app that refuses every call, and a session to it. */
async function refusing(t: Test) {
  const { app } = await kettleApp(
    { limits: { ...defaultLimits, calls: 0 } },
    { tls: { cert, key } },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const session = await openSession(t, (app.server.address() as AddressInfo).port)
  session.on('error', () => {})
  return session
}

/** Opens a stream, ends it by `finish`, and waits for that. */
async function oneStream(
  session: ClientHttp2Session,
  finish: (stream: ClientHttp2Stream) => void,
): Promise<void> {
  const stream = session.request({ ':method': 'POST', ':path': '/sync', ...headers })
  stream.on('error', () => {}).resume()
  finish(stream)
  await new Promise((resolve) => stream.once('close', resolve))
}

t.test('keeps a session with thousands of refused calls', async (t) => {
  const session = await refusing(t)
  // Go does the same: it resets a stream that is answered before its body has ended.
  const refused = (stream: ClientHttp2Stream) => {
    stream.once('response', () => stream.writableEnded || stream.close(constants.NGHTTP2_CANCEL))
    setImmediate(() => stream.writable && stream.end(payload))
  }
  const [atOnce, times] = [100, 30]
  for (let i = 0; i < times && !session.destroyed; i++)
    await Promise.all(Array.from({ length: atOnce }, () => oneStream(session, refused)))
  t.notOk(session.destroyed)
  t.match(await callHttp2(session), { status: 429 })
})

t.test('on shutdown', async (t) => {
  t.test('answers the call in flight and closes its kept-alive connection', async (t) => {
    const { app, port, entered, releaseCalls } = await listening(t, { hold: true })
    const answer = callHttp1(t, port, false)
    await entered
    const start = performance.now()
    const closed = app.close()
    while (app.server.listening) await nextTurn()
    releaseCalls()
    t.match(await answer, { headers: { connection: 'close' }, body: /"boils":true/ })
    await closed
    // Without the header the connection would stay open for its idle time of two minutes.
    t.ok(performance.now() - start < 5_000)
  })

  t.test('closes idle connections', async (t) => {
    const { app, port } = await listening(t, {})
    t.match((await callHttp1(t, port, false)).headers, { connection: 'keep-alive' })
    const start = performance.now()
    await app.close()
    t.ok(performance.now() - start < 5_000)
  })

  t.test('answers the call in flight over HTTP/2 and sends GOAWAY', async (t) => {
    const { app, port, entered, releaseCalls } = await listening(t, { secure: true, hold: true })
    const session = await openSession(t, port)
    const answer = callHttp2(session)
    await entered
    const goaway = once(session, 'goaway')
    const closed = app.close()
    await goaway
    releaseCalls()
    t.match(await answer, { status: 200, body: /"boils":true/ })
    await closed
  })

  t.test('answers a call that arrives on an open connection', async (t) => {
    const { app, port, entered, releaseCalls } = await listening(t, { hold: true })
    const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const connected = once(app.server, 'connection')
    const request = httpRequest({ port, path: '/sync', method: 'POST', headers, agent })
    request.flushHeaders()
    await connected
    const closed = app.close()
    request.end(payload)
    await entered
    releaseCalls()
    const [response] = await once(request, 'response')
    t.equal(response.statusCode, 200)
    t.equal(response.headers.connection, 'close')
    response.resume()
    await closed
  })
})
