import { join } from 'node:path'
import type { Test } from 'tap'
import { makeCertificates } from '../../../hack/lib/certificates.ts'
import { freePort } from '../../../hack/lib/free-port.ts'
import { startService } from '../../../hack/lib/service.ts'
import { doctor } from '../../lib/cluster/doctor.ts'
import type { Environment } from '../../lib/cluster/environment.ts'

/** Starts a service that speaks TLS, beside the one of the environment. */
async function startTls(t: Test, NATS_URL: string) {
  const { ca, cert, key } = await makeCertificates([], ['127.0.0.1'], 90)
  const folder = t.testdir({ 'tls.crt': cert, 'tls.key': key })
  const files = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') }
  const service = await startService({ env: { NATS_URL, ...files } })
  t.teardown(service.stop)
  return { ca, url: new URL(service.url.replace('http:', 'https:')) }
}

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-doctor')
  const onHost = env.needs('metacontroller', 'host')

  t.test('the doctor finds nothing wrong where nothing is', onHost, async (t) => {
    await coinflips.create('healthy', 'TTT')
    await coinflips.settled('healthy')
    const text = await doctor(t, env)
    for (const line of [
      /^ok +cluster .*Kubernetes 1\./m,
      /^ok +Metacontroller +process \d+ on this machine/m,
      /^ok +Metacontroller +20 workers, 200 queries/m,
      /^ok +CRD +as in manifests\/crd/m,
      /^ok +admission +coinflip-freeze-in-deletion is there and bound/m,
      /^ok +controller +calls http:\/\/127\.0\.0\.1:\d+/m,
      /^ok +service +http:.*answers a sync call with a status/m,
      /^ok +NATS +NATS_URL answers, nats-server \d/m,
      /^ok +NATS +stream COINFLIPS with \d+ messages keeps the promise/m,
      /^\w+ +CoinFlips +\d+ CoinFlips?: .*\d Ready/m,
    ])
      t.match(text, line)
  })

  t.test('it names a Metacontroller that does not run', onHost, async (t) => {
    t.teardown(env.metacontroller.start)
    await env.metacontroller.stop()
    await doctor(t, env, /^failure +Metacontroller +none runs on this machine.*\n +-> make run$/m)
  })

  t.test('it names NATS, and who waits for it', onHost, async (t) => {
    t.teardown(env.nats.start)
    await env.nats.stop()
    await coinflips.create('waiting', 'TTT')
    await coinflips.notified('waiting', 'BrokerUnavailable')
    const text = await doctor(t, env, /^failure +NATS +NATS_URL does not answer/m)
    t.match(text, /^failure +CoinFlips .*\d BrokerUnavailable/m)
    await env.nats.start()
    await coinflips.settled('waiting')
  })

  t.test('it tells an authority that fits from one that does not', onHost, async (t) => {
    t.teardown(() => env.hooks?.lead())
    const { url, ca } = await env.withNats((natsUrl) => startTls(t, natsUrl))
    await env.hooks?.lead({ url, ca })
    await doctor(t, env)
    await env.hooks?.lead({ url, ca: (await makeCertificates([], ['127.0.0.1'], 1)).ca })
    await doctor(t, env, /^failure +certificate +no authority that the CompositeController trusts/m)
  })

  t.test('it names an address where nobody is', onHost, async (t) => {
    t.teardown(() => env.hooks?.lead())
    const url = new URL(`http://127.0.0.1:${await freePort()}`)
    await env.hooks?.lead({ url })
    await doctor(t, env, /^failure +service +http:\S+ does not answer.*\(ECONNREFUSED\)/m)
  })

  t.test('it finds a deployment healthy', env.needs('cluster'), async (t) => {
    await coinflips.create('healthy', 'TTT')
    await coinflips.settled('healthy')
    await doctor(t, env)
  })
}
