import { join } from 'node:path'
import type { Test } from 'tap'
import { makeCertificates } from '../../../hack/lib/certificates.ts'
import { startService } from '../../../hack/lib/service.ts'
import { streamHolds } from '../../lib/cluster/checks.ts'
import { countConnections } from '../../lib/cluster/connections.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { metricOf } from '../../lib/cluster/metrics.ts'
import { until } from '../../lib/cluster/until.ts'

/** A second service beside the one of the environment, which speaks TLS. */
async function startTlsService(t: Test, NATS_URL: string) {
  const { ca, cert, key } = await makeCertificates([], ['127.0.0.1'], 1)
  const folder = t.testdir({ 'tls.crt': cert, 'tls.key': key })
  const TLS_CERT_FILE = join(folder, 'tls.crt')
  const TLS_KEY_FILE = join(folder, 'tls.key')
  const service = await startService({ env: { NATS_URL, TLS_CERT_FILE, TLS_KEY_FILE } })
  t.teardown(service.stop)
  async function calls(): Promise<number> {
    const text = await (await fetch(`${service.adminUrl}/metrics`)).text()
    return metricOf(text, 'coinflip_request_duration_seconds_count{route="/sync",code="200"}')
  }
  return { ca, url: new URL(service.url.replace('http:', 'https:')), calls }
}

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-tls')
  const real = env.needs('metacontroller', 'host')

  t.test('100 objects at once are synced over one HTTP/2 connection', real, async (t) => {
    const service = await env.withNats((url) => startTlsService(t, url))
    const counter = await countConnections(service.url)
    t.teardown(counter.close)
    t.teardown(() => env.hooks?.lead())
    // Led elsewhere, Metacontroller begins anew with all objects that there are.
    await coinflips.create('here-before', '')
    await env.hooks?.lead({ url: counter.url, ca: service.ca })
    // Its workers all dial when there is no connection yet; of those it keeps one.
    const settled = async () => counter.open === 1 && (await service.calls()) > 0
    await until(settled, Boolean, 'Metacontroller calls by TLS')
    const { made } = counter

    const names = Array.from({ length: 100 }, (_, i) => `coin-${i}`)
    const objects = await Promise.all(names.map((name) => coinflips.create(name, 'TTT')))
    for (const name of names) await coinflips.settled(name)
    t.ok((await service.calls()) >= names.length, 'all of them')
    t.same([counter.made, counter.open], [made, 1], 'by the connection that there was')
    for (const object of objects.slice(0, 3)) await streamHolds(t, env, object)
  })

  t.test('a deployed service is called by TLS', env.needs('cluster'), async (t) => {
    const text = await env.kubectl('get', 'compositecontroller', 'coinflip', '--output', 'json')
    const { hooks, endpointConfigs } = JSON.parse(text).spec
    for (const hook of ['sync', 'finalize']) t.match(hooks[hook].webhook.url, /^https:/, hook)
    t.match(endpointConfigs[0].caBundle.inline, 'BEGIN CERTIFICATE')
    await coinflips.create('secured', 'TTT')
    await streamHolds(t, env, await coinflips.settled('secured'))
  })
}
