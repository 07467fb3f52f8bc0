import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { startRelay } from './relay.ts'

/** A server that sends back what it gets, and a connection to it by way of a relay. */
async function connected(t: Test) {
  const echo = createServer((socket) => void socket.pipe(socket))
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  const { port } = echo.address() as AddressInfo
  const relay = await startRelay(() => port)
  const client = connect(relay.port, '127.0.0.1')
  await once(client, 'connect')
  t.teardown(async () => {
    client.destroy()
    await relay.close()
    echo.close()
  })
  return { port, relay, client }
}

async function answer(client: Socket, text: string): Promise<string> {
  client.write(text)
  const [bytes] = await once(client, 'data')
  return String(bytes)
}

t.test('holds connections without closing them or losing bytes', async (t) => {
  const { port, relay, client } = await connected(t)
  t.equal(await answer(client, 'one'), 'one')
  for (const way of ['to', 'both'] as const) {
    relay.hold(port, way)
    let heard = ''
    client.on('data', (bytes) => {
      heard += bytes
    })
    client.write('two')
    const other = connect(relay.port, '127.0.0.1')
    await once(other, 'connect')
    t.equal(heard, '', 'nothing passes, though connections are still accepted')
    other.destroy()
    relay.release(port)
    await once(client, 'data')
    t.equal(heard, 'two', 'what was sent meanwhile arrives once, afterwards')
    client.removeAllListeners('data')
  }
  t.equal(await answer(client, 'three'), 'three')
})

t.test('resets a connection that the target refuses', async (t) => {
  const relay = await startRelay(() => 1)
  t.teardown(() => relay.close())
  const client = connect(relay.port, '127.0.0.1')
  const [error] = await once(client.resume(), 'error').catch((error) => [error])
  t.equal(error.code, 'ECONNRESET')
})
