import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { createGate, retryAfterSeconds } from '../../server/metacontroller/gate.ts'
import { kettle, kettleApp, defaultLimits as limits } from './kettle.ts'

const generous = { ...limits, calls: 2, totalBytes: 100 }

t.test('a gate admits up to its limits', async (t) => {
  for (const [name, bodies, expected] of [
    ['calls up to the limit', [1, 1, 1], [true, true, false]],
    ['bytes up to the limit', [60, 40], [true, true]],
    ['no bytes above it', [60, 41], [true, false]],
    ['a body above the total, when it is alone', [500, 1], [true, false]],
  ] as const) {
    const gate = createGate(generous)
    t.same(
      bodies.map((bytes) => gate.enter(bytes)),
      expected,
      name,
    )
    gate.close()
  }
  const gate = createGate(generous)
  t.teardown(() => gate.close())
  gate.enter(90)
  gate.leave(90)
  t.equal(gate.enter(90), true, 'what left makes room')
})

t.test('a gate admits nothing while the event loop is behind', async (t) => {
  const gate = createGate({ ...generous, delayMs: 50 })
  t.teardown(() => gate.close())
  const hold = async (ms: number) => {
    const start = performance.now()
    while (performance.now() - start < ms);
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0))
  await hold(300)
  t.equal(gate.enter(0), true, 'a single long turn is none')
  await turn()
  await hold(300)
  t.equal(gate.enter(0), false, 'two are, before the second is over')
  await turn()
  t.equal(gate.enter(0), false, 'and after it')
  const recovered = async () => {
    await turn()
    return gate.enter(0)
  }
  while (!(await recovered()));
})

t.test('a gate that is closed takes no note of the event loop any more', async (t) => {
  const gate = createGate({ ...generous, delayMs: 50 })
  gate.close()
  const start = performance.now()
  while (performance.now() - start < 100);
  t.equal(gate.enter(1), true)
})

for (const [random, expected] of [
  [0, 1],
  [0.5, 2],
  [0.999, 3],
] as const)
  t.equal(
    retryAfterSeconds(() => random),
    expected,
    `Retry-After ${expected}, whole and above 0`,
  )

/** An app whose sync calls wait until they are let go. */
async function slowApp(t: Test, parts: Partial<typeof limits>) {
  const letGo = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const { app } = await kettleApp({
    limits: { ...limits, ...parts },
    async sync() {
      entered.resolve()
      await letGo.promise
      return { status: { boils: true } }
    },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/sync`
  const headers = { 'content-type': 'application/json' }
  const call = (body: unknown) =>
    fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return { port, call, entered: entered.promise, letGo: letGo.resolve }
}

async function firstRefused(call: () => Promise<Response>): Promise<Response> {
  // The calls that wait arrive in any order; one of those beyond the limit is refused at once.
  return Promise.race(
    [call(), call(), call()].map(async (pending) => {
      const response = await pending
      return response.status === 429 ? response : new Promise<Response>(() => {})
    }),
  )
}

t.test('calls beyond the limit get 429 with whole seconds and no body', async (t) => {
  const { call, letGo } = await slowApp(t, { calls: 2 })
  const refused = await firstRefused(() => call({ parent: kettle }))
  t.match(refused.headers.get('retry-after'), /^[1-3]$/)
  t.equal(await refused.text(), '')
  t.equal(refused.headers.get('content-type'), null)
  letGo()
  t.equal((await call({ parent: kettle })).status, 200, 'and those after it are served')
})

t.test('bytes beyond the limit are refused before the body is read', async (t) => {
  const { port, call, entered, letGo } = await slowApp(t, { totalBytes: 3_000 })
  const waiting = call({ parent: kettle, padding: 'x'.repeat(1_000) })
  await entered
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(
    'POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2500\r\n\r\n',
  )
  const [head] = await once(socket, 'data')
  t.match(String(head), /^HTTP\/1\.1 429 /, 'answered though no byte of the body was sent')
  letGo()
  t.equal((await waiting).status, 200)
})

t.test('nor is the body read of what no hook is there for', async (t) => {
  const { port } = await slowApp(t, {})
  for (const [line, code] of [
    ['POST /other', 404],
    ['PUT /sync', 405],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    socket.write(
      `${line} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2500\r\n\r\n`,
    )
    const [head] = await once(socket, 'data')
    t.match(String(head), new RegExp(`^HTTP/1\\.1 ${code} `), line)
  }
})

t.test('a body of unknown length counts as the longest one', async (t) => {
  const { port, call, entered, letGo } = await slowApp(t, { totalBytes: limits.bodyBytes })
  const waiting = call({ parent: kettle })
  await entered
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(
    'POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  const [head] = await once(socket, 'data')
  t.match(String(head), /^HTTP\/1\.1 429 /)
  letGo()
  t.equal((await waiting).status, 200)
})

t.test('a caller that goes away makes room', async (t) => {
  const { port, call, entered, letGo } = await slowApp(t, { calls: 1 })
  const socket = connect(port, '127.0.0.1')
  const body = JSON.stringify({ parent: kettle })
  socket.write(
    `POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await entered
  t.equal((await call({ parent: kettle })).status, 429, 'one call is in flight')
  socket.destroy()
  letGo()
  let status = 429
  while (status === 429) status = (await call({ parent: kettle })).status
  t.equal(status, 200)
})
