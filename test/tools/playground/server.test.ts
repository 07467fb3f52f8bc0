import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startBroker } from '../../../hack/lib/broker.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { startService } from '../../../hack/lib/service.ts'
import { startPlayground } from '../../../hack/playground/server.ts'
import { coinflip } from '../../lib/coinflip.ts'
import { natsServer } from '../../lib/scratch.ts'

async function playground(t: Test) {
  const broker = await startBroker({ binary: natsServer() })
  t.teardown(() => broker.stop())
  const service = await startService({ env: { NATS_URL: broker.url } })
  t.teardown(() => service.stop())
  const started = await startPlayground({
    port: 0,
    hooks: service.url,
    broker,
    stream: 'COINFLIPS',
  })
  t.teardown(() => started.stop())
  const { url } = started
  const sync = async (letters: string) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ parent: coinflip(letters) })
    return (await fetch(`${url}/sync`, { method: 'POST', headers, body })).json()
  }
  const power = (command: string) => fetch(`${url}/broker/${command}`, { method: 'POST' })
  return { url, service, broker, sync, power }
}

interface ServerEvent {
  name: string
  id: string | undefined
  data: { [field: string]: unknown }
}

/** Reads server-sent events as a browser does; `until` waits for one that fits. */
async function listen(t: Test, url: string, lastId = '') {
  const controller = new AbortController()
  t.teardown(() => controller.abort())
  const headers = lastId === '' ? {} : { 'last-event-id': lastId }
  const response = await fetch(`${url}/events`, { headers, signal: controller.signal })
  const events: ServerEvent[] = []
  let onEvents = () => {}
  void (async () => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1]
        const data = JSON.parse(field('data') ?? '{}')
        events.push({ name: field('event') ?? '', id: field('id'), data })
      }
      onEvents()
    }
  })().catch(() => {})
  const until = (fits: (events: ServerEvent) => boolean) =>
    new Promise<ServerEvent>((resolve) => {
      onEvents = () => {
        const found = events.findLast(fits)
        if (found) resolve(found)
      }
      onEvents()
    })
  const broker = (state: string) =>
    until(({ name, data }) => name === 'broker' && data.state === state)
  return { events, until, broker }
}

const messages = (events: ServerEvent[]) => events.filter(({ name }) => name === 'message')

t.test('serves the simulation as JavaScript that a browser can run', async (t) => {
  const { url } = await playground(t)
  const response = await fetch(`${url}/metacontroller.js`)
  t.match(response.headers.get('content-type'), /^text\/javascript/)
  const text = await response.text()
  t.match(text, /startMetacontroller/)
  t.notMatch(text, /^import |\brequire\(|from "node:/m)
})

t.test('forwards calls to the service and sends each message to every page once', async (t) => {
  const { url, service, broker, sync, power } = await playground(t)
  const page = await listen(t, url)
  const { data } = await page.until(({ name }) => name === 'hello')
  t.match(data, { hooks: service.url, broker: broker.url, stream: 'COINFLIPS', run: /.{36}/ })
  await page.broker('running')
  t.match(await sync('TTT'), { status: { milestones: 1, notifications: 1 } })
  const first = await page.until(({ name }) => name === 'message')
  t.match(first, { id: '1', data: { sequence: 1, event: { id: 'uid-1.3' } } })

  t.equal((await power('stop')).status, 204)
  await page.broker('away')
  const away = await sync('TTTHTTT')
  t.match(away.status.conditions[1], { status: 'False', reason: 'BrokerUnavailable' })
  t.equal((await power('start')).status, 204)
  page.events.length = 0
  await page.broker('running')
  while ((await sync('TTTHTTT')).status.notifications < 2) await delay(20)
  await page.until(({ id }) => id === '2')
  t.same(
    messages(page.events).map(({ id }) => id),
    ['2'],
    'the consumer goes on where it was',
  )

  const later = await listen(t, url)
  await later.until(({ id }) => id === '2')
  t.equal(messages(later.events).length, 2, 'a page opened later has them all')
  const back = await listen(t, url, '1')
  await back.until(({ id }) => id === '2')
  t.equal(messages(back.events).length, 1, 'a page that comes back gets what it lacks')
})

t.test('forwards responses of the service unchanged', async (t) => {
  const { url, service } = await playground(t)
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}/sync`, { method: 'POST', headers: { 'content-type': type }, body })
  const direct = (body: string, type = 'application/json') =>
    fetch(`${service.url}/sync`, { method: 'POST', headers: { 'content-type': type }, body })
  for (const [body, type] of [
    ['{"parent":{}}', 'application/json'],
    ['{', 'application/json'],
    ['', 'application/json'],
    ['{}', 'text/plain'],
  ] as const) {
    const [through, straight] = [await post(body, type), await direct(body, type)]
    t.equal(through.status, straight.status, `${type} ${body}`)
    t.equal(await through.text(), await straight.text(), `${type} ${body}: the words`)
  }
  await service.stop()
  const gone = await post('{}')
  t.equal(gone.status, 502)
  t.match(await gone.json(), {
    error: /^http:\S+\/sync does not answer \(ECONNREFUSED\); .*make dev/,
  })
})

t.test('serves only its page, and only to this machine', async (t) => {
  const { url } = await playground(t)
  const page = await fetch(url)
  t.match(page.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/)
  for (const [, path] of (await page.text()).matchAll(/(?:src|href)="([a-z.-]+)"/g)) {
    const file = await fetch(`${url}/${path}`)
    t.equal(file.status, 200, `/${path}`)
  }
  for (const path of ['types.ts', '../server.ts', '..%2fserver.ts', 'index', '.html', 'sync'])
    t.equal((await fetch(`${url}/${path}`)).status, 404, path)
  const code = (headers: Record<string, string>, path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${url}${path}`, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      call.once('error', reject).end()
    })
  t.equal(await code({ host: 'rebound.example' }, '/broker/stop'), 403)
  t.equal(await code({ origin: 'https://example.com' }, '/broker/stop'), 403)
  t.equal(await code({ origin: 'https://example.com' }, '/sync'), 403)
})

t.test('reports a broker that does not start, and can try again', async (t) => {
  let broken = true
  const real = await startBroker({ binary: natsServer() })
  t.teardown(() => real.stop())
  const restart = () => (broken ? Promise.reject(new Error('no room on disk')) : real.restart())
  const broker = { url: real.url, kill: real.kill, restart }
  const started = await startPlayground({
    port: 0,
    hooks: 'http://127.0.0.1:1',
    broker,
    stream: 'S',
  })
  t.teardown(() => started.stop())
  const page = await listen(t, started.url)
  const power = (command: string) => fetch(`${started.url}/broker/${command}`, { method: 'POST' })
  await page.broker('running')
  await power('stop')
  const failed = await power('start')
  t.equal(failed.status, 500)
  t.same(await failed.json(), { error: 'no room on disk' })
  t.equal(page.events.findLast(({ name }) => name === 'broker')?.data.state, 'away')
  broken = false
  t.equal((await power('start')).status, 204)
  page.events.length = 0
  await page.broker('running')
})

t.test('names a port in use and its setting', async (t) => {
  const port = await freePort()
  const broker = await startBroker({ binary: natsServer() })
  t.teardown(broker.stop)
  const options = { port, hooks: 'http://127.0.0.1:1', broker, stream: 'S' }
  const first = await startPlayground(options)
  t.teardown(() => first.stop())
  await t.rejects(startPlayground(options), {
    message: `playground: cannot listen on port ${port} (EADDRINUSE); set PLAYGROUND_PORT`,
  })
})
