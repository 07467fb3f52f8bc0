import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { onExit } from '../hack/lib/exit.ts'
import { freePort } from '../hack/lib/free-port.ts'
import { isOk } from '../hack/lib/is-ok.ts'
import { root } from '../hack/lib/root.ts'
import { serviceEntry } from '../hack/lib/service.ts'
import { waitFor } from '../hack/lib/wait-for.ts'
import { openOutput } from '../server/output.ts'

/** A stream that takes a block when the test says so, and continues after an error like stdout. */
function slowStream() {
  const taken: string[] = []
  const waiting: { block: string; done: (error?: Error) => void }[] = []
  const stream = {
    get writableLength() {
      return waiting.reduce((sum, { block }) => sum + block.length, 0)
    },
    write: (block: string, done: (error?: Error) => void) => waiting.push({ block, done }),
    on() {},
  } as unknown as Writable
  const finishNext = (error?: Error) => {
    const next = waiting.shift()
    if (next && !error) taken.push(next.block)
    next?.done(error)
  }
  return { stream, taken, finishNext }
}

t.test('drops lines beyond its limit for a slow reader, and reports their number', async (t) => {
  const { stream, taken, finishNext } = slowStream()
  const dropped: number[] = []
  const output = openOutput(stream, (lines) => void dropped.push(lines), 10_000)
  for (let i = 0; i < 1_000; i += 1) output.write(`${'x'.repeat(99)}\n`)
  output.flushNow()
  t.equal(stream.writableLength, 10_000)
  t.same(dropped, [], 'nothing is reported while the stream is full')
  while (stream.writableLength > 0) finishNext()
  await waitFor(
    async () => dropped,
    ({ length }) => length > 0,
  )
  t.same(dropped, [900], 'the number is reported once there is space')
  t.equal(taken.join('').length, 10_000, 'the first lines are kept completely')
})

t.test('counts the lines of a failed write, and continues', async (t) => {
  const { stream, taken, finishNext } = slowStream()
  const dropped: number[] = []
  const output = openOutput(stream, (lines) => void dropped.push(lines))
  output.write('1\n')
  output.write('2\n')
  output.flushNow()
  finishNext(new Error('no space left on device'))
  output.write('3\n')
  output.flushNow()
  finishNext()
  await waitFor(
    async () => dropped,
    ({ length }) => length > 0,
  )
  t.same(dropped, [2])
  t.same(taken, ['3\n'])
})

/** The service in a process whose standard output is `stdout`, with what sends it calls. */
async function service(t: Test, stdout: 'pipe' | number) {
  const [PORT, ADMIN_PORT] = [String(await freePort()), String(await freePort())]
  const env = { LOG_LEVEL: 'debug', NATS_URL: 'nats://127.0.0.1:1', MAX_DELAY_MS: '10000' }
  const child = spawn(process.execPath, [serviceEntry], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env, PORT, ADMIN_PORT },
    stdio: ['ignore', stdout, 'inherit'],
  })
  const exited = once(child, 'exit')
  const forget = onExit(() => child.kill('SIGKILL'))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
    forget()
  })
  await waitFor(() => isOk(`http://127.0.0.1:${ADMIN_PORT}/readyz`), Boolean)
  const long = { namespace: 'n'.repeat(63), name: 'a'.repeat(253), uid: 'u'.repeat(64) }
  const body = JSON.stringify({ parent: { metadata: long, spec: { flips: [] } }, children: {} })
  // fetch takes twice as long.
  const agent = new Agent({ keepAlive: true })
  const headers = { 'content-type': 'application/json' }
  const options = { method: 'POST', headers, agent }
  t.teardown(() => agent.destroy())
  /** Makes calls, each of which writes a line of more than 400 characters. */
  async function call(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      const [answer] = await once(
        request(`http://127.0.0.1:${PORT}/sync`, options).end(body),
        'response',
      )
      if (answer.statusCode !== 200) t.fail(`answered with ${answer.statusCode}`)
      await once(answer.resume(), 'end')
    }
  }
  async function stop(): Promise<number> {
    child.kill('SIGTERM')
    const [code] = await exited
    return code
  }
  return { child, call, stop }
}

t.test('serves and exits when standard output', async (t) => {
  t.test('is not read', async (t) => {
    const { call, stop } = await service(t, 'pipe')
    // More than the pipe and this process keep of it, so that it is full.
    await call(700)
    t.equal(await stop(), 0)
  })

  t.test('is read only after more lines than the limit', async (t) => {
    const { child, call, stop } = await service(t, 'pipe')
    await Promise.all([1, 2, 3, 4].map(() => call(750)))
    const ended = child.stdout && once(child.stdout, 'end')
    let read = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      read += chunk
    })
    await waitFor(
      async () => read,
      (all) => all.includes('log lines dropped'),
    )
    await call(1)
    t.equal(await stop(), 0)
    await ended
    const lines = read.trimEnd().split('\n')
    const all = lines.map((line) => JSON.parse(line))
    const missing = all.reduce((sum, { lines = 0 }) => sum + lines, 0)
    t.ok(missing > 0, 'lines were dropped')
    t.equal(
      all.filter(({ msg }) => msg === 'synced').length + missing,
      3_001,
      'all of them are counted',
    )
    t.ok(
      all.some(({ msg }) => msg === 'stopping'),
      'later lines are written',
    )
  })

  t.test('is closed', async (t) => {
    const { child, call, stop } = await service(t, 'pipe')
    child.stdout?.destroy()
    await call(100)
    t.equal(await stop(), 0)
  })

  t.test('is a file on a full disk', { skip: process.platform !== 'linux' }, async (t) => {
    const full = openSync('/dev/full', 'w')
    t.teardown(() => closeSync(full))
    const { call, stop } = await service(t, full)
    await call(100)
    t.equal(await stop(), 0)
  })
})
