import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { startBroker } from '../../hack/lib/broker.ts'
import { startService } from '../../hack/lib/service.ts'
import { startPlayground } from '../../hack/playground/server.ts'
import { natsServer } from '../lib/scratch.ts'
import { openPage, openPlayground } from './playground.ts'

t.test('reports that the service is down, and sends the flips when it is back', async (t) => {
  const { page, press, flip, service, broker, messages } = await openPlayground(t)
  await flip('HTT')
  await service.stop()
  await press('Tails')
  const alert = page.locator('#table-fault')
  await alert.getByText('POST /sync was answered with 502').waitFor()
  t.match(await alert.textContent(), /does not answer \(ECONNREFUSED\)/)
  await page.getByRole('button', { name: 'lucky call failed' }).waitFor()
  await page.getByText(/The call failed \d+ times: the next one in/).waitFor()
  t.match(await page.locator('#strip > li').last().textContent(), /message 1 waits/)

  const PORT = new URL(service.url).port
  const again = await startService({ env: { NATS_URL: broker.url, PORT } })
  t.teardown(() => again.stop())
  await page.locator('#messages li').waitFor()
  t.same(await messages(), ['lucky, three tails at flip 4'])
  await page.getByRole('button', { name: 'lucky ready' }).waitFor()
  t.equal(await alert.textContent(), '')
})

t.test('shows any response', async (t) => {
  const answers: [number, string][] = [
    [500, '{"error":"internal error, the service\'s log has the details"}'],
    [200, '{"status":{},"kids":[]}'],
    [200, '<html>'],
    [200, '{"status":{"flips":"many"}}'],
  ]
  let answer = answers[0]
  const hooks = createServer((request, response) => {
    request.resume()
    response.writeHead(answer?.[0] ?? 0).end(answer?.[1])
  })
  hooks.listen({ host: '127.0.0.1', port: 0 })
  await once(hooks, 'listening')
  t.teardown(() => {
    hooks.close()
    hooks.closeAllConnections()
  })
  const { port } = hooks.address() as AddressInfo
  const broker = await startBroker({ binary: natsServer() })
  t.teardown(() => broker.stop())
  const server = await startPlayground({
    port: 0,
    hooks: `http://127.0.0.1:${port}`,
    broker,
    stream: 'S',
  })
  t.teardown(() => server.stop())
  const page = await openPage(t, server.url)
  const alert = page.locator('#table-fault')
  const shown = page.locator('#answer')
  await alert
    .getByText("answered with 500 internal error, the service's log has the details")
    .waitFor()
  answer = answers[1]
  await alert.getByText('POST /sync: unknown field kids').waitFor()
  answer = answers[2]
  await alert.getByText('the response is no JSON object').waitFor()
  t.equal((await shown.textContent())?.trim(), '<html>')
  answer = answers[3]
  await page.locator('[data-field="flips"]').getByText('many').waitFor()
  t.equal(await alert.textContent(), '')
})

t.test('reports that the playground is down, and starts again with the next one', async (t) => {
  const { page, flip, server, service, broker } = await openPlayground(t)
  await flip('HH')
  const port = Number(new URL(page.url()).port)
  await server.stop()
  const lost = page.locator('#lost')
  await lost.getByText('The playground cannot be reached. Is make dev running?').waitFor()
  const next = await startPlayground({ port, hooks: service.url, broker, stream: 'COINFLIPS' })
  t.teardown(() => next.stop())
  await page.locator('[data-field="flips"] b').getByText('0', { exact: true }).waitFor()
  await lost.waitFor({ state: 'hidden' })
  await flip('T')
})
