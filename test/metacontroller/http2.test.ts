import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { type AddressInfo, connect as connectPlain, createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { limitConnections } from '../../server/metacontroller/index.ts'
import { kettle, kettleApp } from '../lib/kettle.ts'

const { ca, cert, key } = await makeCertificates(['localhost'], ['127.0.0.1'], 1)
const payload = JSON.stringify({ parent: kettle })
const headers = { ':method': 'POST', ':path': '/sync', 'content-type': 'application/json' }

async function listening(t: Test, requestTimeoutMs = 10_000) {
  const { app, lines } = await kettleApp({}, { tls: { cert, key }, requestTimeoutMs })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  return { app, lines, port: (app.server.address() as AddressInfo).port }
}

async function openSession(t: Test, port: number): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${port}`, { ca })
  t.teardown(() => session.destroy())
  session.on('error', () => {})
  await once(session, 'remoteSettings')
  return session
}

async function callStatus(session: ClientHttp2Session, more = {}): Promise<unknown> {
  const stream = session.request({ ...headers, ...more })
  stream.resume().end(payload)
  const [answer] = await once(stream, 'response')
  return answer[':status']
}

t.test('limits the streams of a session', async (t) => {
  const { port } = await listening(t)
  const session = await openSession(t, port)
  t.equal(session.remoteSettings.maxConcurrentStreams, 256)
})

t.test('destroys streams of the largest session for a new one', async (t) => {
  const { port } = await listening(t)
  let closed = 0
  for (let i = 0; i < 10; i++) {
    const session = await openSession(t, port)
    for (let j = 0; j < 250; j++) {
      const stream = session.request(headers).on('error', () => {})
      stream.on('close', () => {
        closed += 1
      })
    }
    await new Promise((resolve) => session.ping(resolve))
  }
  t.ok(closed > 0, 'all streams are in use')
  const late = await openSession(t, port)
  for (let i = 0; i < 20; i++) t.equal(await callStatus(late), 200)
})

t.test('refuses an unknown method without a log line', async (t) => {
  const { port, lines } = await listening(t)
  const session = await openSession(t, port)
  for (const path of ['/sync', '/other'])
    t.equal(await callStatus(session, { ':method': 'BREW', ':path': path }), 405, path)
  t.same(lines, [])
  t.equal(await callStatus(session), 200, 'the session is kept')
})

t.test('answers a call with an unknown Expect header', async (t) => {
  const { port } = await listening(t)
  t.equal(await callStatus(await openSession(t, port), { expect: 'wonders' }), 200)
})

/** One frame of HTTP/2: https://www.rfc-editor.org/rfc/rfc9113#section-4.1 */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(4, 0, 0, Buffer.alloc(0)),
])
const literal = (name: number, value: string) =>
  Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)])
// Of the static table: POST, https; names :method 2, :path 4, :authority 1.
const post = Buffer.concat([Buffer.from([0x83, 0x87]), literal(4, '/sync'), literal(1, 'h')])
const tunnel = Buffer.concat([literal(2, 'CONNECT'), literal(1, 'h:1')])
const endHeaders = 4

/** A TLS connection for HTTP/2 on which bytes were written. */
async function rawSession(t: Test, port: number, ...bytes: Buffer[]): Promise<Socket> {
  const socket = connectTls({ port, host: 'localhost', ca, ALPNProtocols: ['h2'] })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  socket.on('error', () => {}).resume()
  socket.write(Buffer.concat([preface, ...bytes]))
  return socket
}

for (const [name, bytes] of [
  ['says nothing more', []],
  ['stops in the middle of a frame', [frame(1, endHeaders, 1, post).subarray(0, 12)]],
  ['has headers without an end', [frame(1, 0, 1, post)]],
] as const)
  t.test(`closes a session that ${name}`, async (t) => {
    const { port } = await listening(t, 300)
    const socket = await rawSession(t, port, ...bytes)
    await once(socket, 'close')
    t.pass()
  })

t.test('refuses a tunnel and closes its session', async (t) => {
  const { port, lines } = await listening(t)
  const socket = await rawSession(t, port, frame(1, endHeaders, 1, tunnel))
  await once(socket, 'close')
  t.same(lines, [])
  const plain = connectTls({ port, host: 'localhost', ca, ALPNProtocols: ['http/1.1'] })
  plain.on('error', () => {}).resume()
  plain.write('CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n')
  await once(plain, 'close')
  t.equal(await callStatus(await openSession(t, port)), 200)
})

t.test('closes a session that resets its streams', async (t) => {
  const { port } = await listening(t)
  const socket = await rawSession(t, port)
  const closed = once(socket, 'close')
  for (let id = 1; !socket.destroyed; id += 2) {
    const cancel = frame(3, 0, id, Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL]))
    socket.write(Buffer.concat([frame(1, endHeaders, id, post), cancel]))
    if (id % 100 === 1) await Promise.race([new Promise(setImmediate), closed])
  }
  t.ok(socket.destroyed)
})

t.test('ends soon on shutdown, whatever state sessions are in', async (t) => {
  const { app, port } = await listening(t)
  const good = await openSession(t, port)
  t.equal(await callStatus(good), 200)
  for (const bytes of [
    [frame(1, endHeaders, 1, post)],
    [frame(1, 0, 1, post)],
    [frame(1, endHeaders, 1, post).subarray(0, 12)],
    [frame(1, endHeaders, 1, tunnel)],
  ])
    await rawSession(t, port, ...bytes)
  t.equal(await callStatus(good), 200, 'all frames have been read')
  const start = performance.now()
  await app.close()
  t.ok(performance.now() - start < 9_000, 'not only at the limit of a request')
})

t.test('limits the connections of an address to half of the free ones', async (t) => {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  const sockets = limitConnections(server, 40)
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const open = async (localAddress: string) => {
    const socket = connectPlain({ port, host: '127.0.0.1', localAddress })
    t.teardown(() => socket.destroy())
    socket.on('error', () => {}).resume()
    await once(socket, 'connect')
    return socket
  }
  const first = await Promise.all(Array.from({ length: 30 }, () => open('127.0.0.1')))
  while (first.filter(({ readableEnded, destroyed }) => readableEnded || destroyed).length < 10)
    await new Promise(setImmediate)
  t.equal(sockets.size, 20, 'half of the limit')
  // Only on Linux loopback has more than one address.
  if (process.platform === 'linux') {
    await open('127.0.0.2')
    while (sockets.size < 21) await new Promise(setImmediate)
    t.equal(sockets.size, 21, 'another address may connect')
  }
})
