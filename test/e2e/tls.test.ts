import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { startTlsService } from '../lib/cluster/tls-service.ts'
import { metricOf } from '../lib/metrics.ts'
import { startRelay } from '../lib/relay.ts'
import { env } from './environment.ts'

const syncs = 'coinflip_request_duration_seconds_count{route="/sync",code="200"}'
const coinflips = await env.coinflips('e2e-tls')
const real = env.needs('metacontroller', 'host')

t.test('syncs 100 objects at once over one HTTP/2 connection', real, async (t) => {
  const service = await env.withNats((url) => startTlsService(t, url))
  const calls = async () => metricOf(await service.metrics(), syncs)
  const counter = await startRelay(() => Number(service.url.port))
  t.teardown(counter.close)
  t.teardown(() => env.hooks?.redirect())
  // A changed URL restarts the controller, which syncs all objects again.
  await coinflips.create('here-before', '')
  await env.hooks?.redirect({ url: new URL(`https://127.0.0.1:${counter.port}`), ca: service.ca })
  // All workers connect when there is no connection yet; Metacontroller keeps one.
  const settled = async () => counter.open() === 1 && (await calls()) > 0
  await waitFor(settled, Boolean, { what: 'Metacontroller calls by TLS' })
  const made = counter.made()

  const names = Array.from({ length: 100 }, (_, i) => `coin-${i}`)
  const objects = await Promise.all(names.map((name) => coinflips.create(name, 'TTT')))
  for (const name of names) await coinflips.settled(name)
  await waitFor(calls, (count) => count >= names.length, { what: 'each object is synced' })
  t.same([counter.made(), counter.open()], [made, 1], 'over the existing connection')
  for (const object of objects.slice(0, 3)) await assertStored(t, env, object)
})

t.test('calls a deployed service over TLS', env.needs('cluster'), async (t) => {
  const text = await env.kubectl('get', 'compositecontroller', 'coinflip', '--output', 'json')
  const { hooks } = JSON.parse(text).spec
  for (const { webhook } of [hooks.sync, hooks.finalize])
    t.match(webhook, { url: /^https:/, caBundle: { inline: /BEGIN CERTIFICATE/ } })
  await coinflips.create('secured', 'TTT')
  await assertStored(t, env, await coinflips.settled('secured'))
})
