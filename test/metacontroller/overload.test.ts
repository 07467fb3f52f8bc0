import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { createGate, drawRetryAfter } from '../../server/metacontroller/gate.ts'
import { createShare } from '../../server/metacontroller/share.ts'
import { kettle, kettleApp, defaultLimits as limits } from '../lib/kettle.ts'

const generous = { ...limits, calls: 4, totalBytes: 100_000 }
const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]

t.test('leaves a part of a share for the next holder', async (t) => {
  for (const [name, takes, expected] of [
    [
      'a single holder gets half',
      [
        [a, 50],
        [a, 1],
      ],
      [true, false],
    ],
    [
      'two holders leave a third',
      [
        [a, 33],
        [b, 33],
        [a, 1],
        [b, 1],
        [c, 33],
      ],
      [true, true, true, false, true],
    ],
    [
      'more than half at once',
      [
        [a, 51],
        [a, 50],
      ],
      [true, false],
    ],
    [
      'more than all',
      [
        [a, 101],
        [b, 100],
      ],
      [false, true],
    ],
  ] as [string, [object, number][], boolean[]][]) {
    const share = createShare(100, 5)
    t.same(
      takes.map(([holder, amount]) => share.tryTake(holder, amount)),
      expected,
      name,
    )
  }
  const share = createShare(100, 5)
  share.tryTake(a, 50)
  share.release(a, 20)
  t.equal(share.used, 30, 'what is released is not counted')
  t.ok(share.fits(a, 40))
  t.notOk(share.fits(a, 41))
})

t.test('divides calls and bytes between connections', async (t) => {
  const gate = createGate(generous)
  t.teardown(() => gate.close())
  t.same([gate.tryAcquire(a), gate.tryAcquire(a), gate.tryAcquire(a)], [true, true, false])
  t.notOk(gate.isOpen(a, 0), 'one connection holds half of the calls')
  t.ok(gate.isOpen(b, 0), 'another connection may call')
  gate.release(a)
  t.ok(gate.isOpen(a, 0), 'a settled call is not counted')
  t.notOk(gate.isOpen(b, 100_001), 'announced bytes have to fit')
  t.ok(gate.isOpen(b, 100), 'announced bytes are not counted')
  t.ok(gate.tryReceive(b, 50_000))
  t.notOk(gate.tryReceive(b, 1), 'bytes that have arrived are counted')
  gate.releaseBytes(b, 50_000)
  t.ok(gate.tryReceive(b, 1))
})

t.test('admits nothing while the event loop is behind', async (t) => {
  const gate = createGate({ ...generous, delayMs: 50 })
  t.teardown(() => gate.close())
  const hold = async (ms: number) => {
    const start = performance.now()
    while (performance.now() - start < ms);
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0))
  await hold(300)
  t.equal(gate.isOpen(a, 0), true, 'a single long turn is no overload')
  await turn()
  await hold(300)
  t.equal(gate.isOpen(a, 0), false, 'two long turns are, even before the second has ended')
  await turn()
  t.equal(gate.isOpen(a, 0), false, 'and after it has ended')
  const recovered = async () => {
    await turn()
    return gate.isOpen(a, 0)
  }
  while (!(await recovered()));
})

t.test('ignores the event loop after close', async (t) => {
  const gate = createGate({ ...generous, delayMs: 50 })
  gate.close()
  const start = performance.now()
  while (performance.now() - start < 100);
  t.equal(gate.isOpen(a, 1), true)
})

for (const [random, expected] of [
  [0, 1],
  [0.5, 2],
  [0.999, 3],
] as const)
  t.equal(
    drawRetryAfter(() => random),
    expected,
    `Retry-After ${expected}, whole and above 0`,
  )

/** An app whose sync calls wait until they are released. */
async function slowApp(t: Test, parts: Partial<typeof limits>) {
  const releaseCalls = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const { app } = await kettleApp({
    limits: { ...limits, ...parts },
    async sync() {
      entered.resolve()
      await releaseCalls.promise
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
  return { port, call, entered: entered.promise, releaseCalls: releaseCalls.resolve }
}

async function firstRefused(call: () => Promise<Response>): Promise<Response> {
  // The waiting calls arrive in any order; one of those beyond the limit is refused at once.
  return Promise.race(
    [call(), call(), call()].map(async (pending) => {
      const response = await pending
      return response.status === 429 ? response : new Promise<Response>(() => {})
    }),
  )
}

t.test('answers calls beyond the limit with 429, Retry-After and no body', async (t) => {
  const { call, releaseCalls } = await slowApp(t, { calls: 2 })
  const refused = await firstRefused(() => call({ parent: kettle }))
  t.match(refused.headers.get('retry-after'), /^[1-3]$/)
  t.equal(await refused.text(), '')
  t.equal(refused.headers.get('content-type'), null)
  releaseCalls()
  t.equal((await call({ parent: kettle })).status, 200, 'later calls are answered')
})

const post = 'POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

/** Sends bytes on a new connection and returns the status line; the connection stays open. */
function answerTo(t: Test, port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(bytes)
  return once(socket, 'data').then(([head]) => String(head))
}

t.test('refuses a body beyond the limit before it arrives', async (t) => {
  const { port } = await slowApp(t, { totalBytes: 50_000, bodyBytes: 60_000 })
  const answer = await answerTo(t, port, `${post}Content-Length: 55000\r\n\r\n`)
  t.match(answer, /^HTTP\/1\.1 429 /, 'answered before any byte of the body')
})

t.test('counts bytes as they arrive, until their call begins', async (t) => {
  const { port, call, entered, releaseCalls } = await slowApp(t, {
    totalBytes: 50_000,
    bodyBytes: 60_000,
  })
  const waiting = call({ parent: kettle, padding: 'x'.repeat(20_000) })
  await entered
  const chunk = `${(18_000).toString(16)}\r\n${' '.repeat(18_000)}\r\n`
  const answer = await answerTo(
    t,
    port,
    `${post}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
  )
  t.match(answer, /^HTTP\/1\.1 429 /, 'more than one connection may hold')
  releaseCalls()
  t.equal((await waiting).status, 200)
  t.equal((await call({ parent: kettle, padding: 'x'.repeat(20_000) })).status, 200)
})

t.test('refuses unknown paths and methods before the body arrives', async (t) => {
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

t.test('counts nothing for requests whose body does not arrive', async (t) => {
  const { port, call, releaseCalls } = await slowApp(t, {
    calls: 2,
    totalBytes: 2 * limits.bodyBytes,
  })
  releaseCalls()
  for (const rest of ['Transfer-Encoding: chunked', `Content-Length: ${limits.bodyBytes}`])
    for (let i = 0; i < 10; i++) {
      const socket = connect(port, '127.0.0.1')
      t.teardown(() => socket.destroy())
      socket.write(`${post}${rest}\r\n\r\n`)
      await once(socket, 'connect')
    }
  for (let i = 0; i < 5; i++) t.equal((await call({ parent: kettle })).status, 200)
})

t.test('counts a call as in flight until its hook settles, even without its caller', async (t) => {
  const { port, call, entered, releaseCalls } = await slowApp(t, { calls: 1 })
  const socket = connect(port, '127.0.0.1')
  const body = JSON.stringify({ parent: kettle })
  socket.write(
    `POST /sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await entered
  t.equal((await call({ parent: kettle })).status, 429, 'one call is in flight')
  socket.destroy()
  await once(socket, 'close')
  t.equal((await call({ parent: kettle })).status, 429, 'its caller is gone, but its hook runs')
  releaseCalls()
  let status = 429
  while (status === 429) status = (await call({ parent: kettle })).status
  t.equal(status, 200)
})
