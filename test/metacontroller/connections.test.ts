import { once } from 'node:events'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../hack/lib/certificates.ts'
import { idleTimeoutMs } from '../../server/metacontroller/server.ts'
import { defaultLimits, kettle, kettleApp } from '../lib/kettle.ts'

/** Go's client closes an idle connection itself after 90 s; a server has to be later. */
const goIdleTimeoutMs = 90_000

const { ca, cert, key } = await makeCertificates(['localhost'], [], 1)
const payload = JSON.stringify({ parent: kettle })
const headers = { 'content-type': 'application/json' }

/** A listening app; `hold` keeps calls waiting until `letGo`. */
async function listening(t: Test, { secure = false, hold = false, sessionAgeMs = 60_000 }) {
  const entered = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  const sync = async () => {
    entered.resolve()
    if (hold) await letGo.promise
    return { status: { boils: true } }
  }
  const { app, gate } = await kettleApp(
    { sync },
    { sessionAgeMs, ...(secure ? { tls: { cert, key } } : {}) },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return { app, gate, port, entered: entered.promise, letGo: letGo.resolve }
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
    `an idle connection of HTTP/1.1 outlives Go's, ${secure ? 'https' : 'http'}`,
    async (t) => {
      const { port } = await listening(t, { secure })
      const answer = await callHttp1(t, port, secure)
      const [, seconds] = /timeout=(\d+)/.exec(String(answer.headers['keep-alive'])) ?? []
      t.ok(Number(seconds) * 1000 > goIdleTimeoutMs, `it is kept for ${seconds} s`)
    },
  )

t.test("an idle session of HTTP/2 outlives Go's", async (t) => {
  const { app, port } = await listening(t, { secure: true })
  const opened = once(app.server, 'session')
  await openSession(t, port)
  const [session] = await opened
  t.ok(idleTimeoutMs > goIdleTimeoutMs)
  t.ok(session.listenerCount('timeout') > 0, 'and ends after that')
})

t.test('with a certificate one port speaks HTTP/2 and HTTP/1.1', async (t) => {
  const { port } = await listening(t, { secure: true })
  const session = await openSession(t, port)
  t.equal(session.alpnProtocol, 'h2')
  t.match(await callHttp2(session), { status: 200, body: /"boils":true/ })
  t.match(await callHttp1(t, port, true), { body: /"boils":true/ })
})

t.test('a call that was answered is counted out, on HTTP/1.1 and HTTP/2', async (t) => {
  const { gate, port } = await listening(t, { secure: true })
  await callHttp2(await openSession(t, port))
  await callHttp1(t, port, true)
  while (gate.calls > 0) await nextTurn()
  t.equal(gate.calls, 0)
})

t.test('a session of HTTP/2 ends at its age, the call in flight served', async (t) => {
  const { port, entered, letGo } = await listening(t, {
    secure: true,
    hold: true,
    sessionAgeMs: 100,
  })
  const session = await openSession(t, port)
  const answer = callHttp2(session)
  await entered
  await once(session, 'goaway')
  const closed = new Promise((resolve) => session.once('close', resolve))
  letGo()
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

/** Opens a stream, has it end by `finish`, and waits for that. */
async function oneStream(
  session: ClientHttp2Session,
  finish: (stream: ClientHttp2Stream) => void,
): Promise<void> {
  const stream = session.request({ ':method': 'POST', ':path': '/sync', ...headers })
  stream.on('error', () => {}).resume()
  finish(stream)
  await new Promise((resolve) => stream.once('close', resolve))
}

t.test('a session outlives thousands of calls that are refused', async (t) => {
  const session = await refusing(t)
  // Go does the same: it stops sending, by a reset, when it is answered before its body has ended.
  const refused = (stream: ClientHttp2Stream) => {
    stream.once('response', () => stream.writableEnded || stream.close(constants.NGHTTP2_CANCEL))
    setImmediate(() => stream.writable && stream.end(payload))
  }
  const [atOnce, times] = [100, 100]
  for (let i = 0; i < times && !session.destroyed; i++)
    await Promise.all(Array.from({ length: atOnce }, () => oneStream(session, refused)))
  t.notOk(session.destroyed)
  t.match(await callHttp2(session), { status: 429 })
})

t.test('closing', async (t) => {
  t.test('serves the call in flight and parts from a kept-alive connection at once', async (t) => {
    const { app, port, entered, letGo } = await listening(t, { hold: true })
    const answer = callHttp1(t, port, false)
    await entered
    const start = performance.now()
    const closed = app.close()
    while (app.server.listening) await nextTurn()
    letGo()
    t.match(await answer, { headers: { connection: 'close' }, body: /"boils":true/ })
    await closed
    // Without the header the connection would stay for its whole idle time, two minutes.
    t.ok(performance.now() - start < 5_000)
  })

  t.test('ends idle connections', async (t) => {
    const { app, port } = await listening(t, {})
    t.match((await callHttp1(t, port, false)).headers, { connection: 'keep-alive' })
    const start = performance.now()
    await app.close()
    t.ok(performance.now() - start < 5_000)
  })

  t.test('serves the call in flight on HTTP/2 and says goodbye', async (t) => {
    const { app, port, entered, letGo } = await listening(t, { secure: true, hold: true })
    const session = await openSession(t, port)
    const answer = callHttp2(session)
    await entered
    const goaway = once(session, 'goaway')
    const closed = app.close()
    await goaway
    letGo()
    t.match(await answer, { status: 200, body: /"boils":true/ })
    await closed
  })

  t.test('still serves a call that arrives on an open connection', async (t) => {
    const { app, port, entered, letGo } = await listening(t, { hold: true })
    const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const connected = once(app.server, 'connection')
    const request = httpRequest({ port, path: '/sync', method: 'POST', headers, agent })
    request.flushHeaders()
    await connected
    const closed = app.close()
    request.end(payload)
    await entered
    letGo()
    const [response] = await once(request, 'response')
    t.equal(response.statusCode, 200)
    t.equal(response.headers.connection, 'close')
    response.resume()
    await closed
  })
})
