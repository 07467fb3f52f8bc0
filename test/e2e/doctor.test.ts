import t from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { assertDoctor } from '../lib/cluster/assert-doctor.ts'
import { startTlsService } from '../lib/cluster/tls-service.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-doctor')
const onHost = env.needs('metacontroller', 'host')

t.test('reports no failure for a healthy system', onHost, async (t) => {
  await coinflips.create('healthy', 'TTT')
  await coinflips.settled('healthy')
  const text = await assertDoctor(t, env)
  for (const line of [
    /^ok +cluster .*Kubernetes 1\./m,
    /^ok +CRD .*is as in manifests\/crd\/coinflips/m,
    /^ok +admission +as in manifests\/admission\/freeze-in-deletion\.yaml/m,
    /^ok +controller +calls http:\/\/127\.0\.0\.1:\d+/m,
    /^ok +service +http:.*answers a sync call with a status/m,
    /^ok +NATS +NATS_URL answers, nats-server \d/m,
    /^ok +NATS +stream COINFLIPS with \d+ messages keeps the promise/m,
    /^\w+ +CoinFlips +\d+ CoinFlips?: .*\d Ready/m,
  ])
    t.match(text, line)
})

t.test('reports that NATS is down, and the CoinFlips that wait for it', onHost, async (t) => {
  t.teardown(env.nats.start)
  await env.nats.stop()
  await coinflips.create('waiting', 'TTT')
  await coinflips.notified('waiting', 'BrokerUnavailable')
  const text = await assertDoctor(t, env, /^failure +NATS +NATS_URL does not answer/m)
  t.match(text, /^failure +CoinFlips .*\d BrokerUnavailable/m)
  await env.nats.start()
  await coinflips.settled('waiting')
})

t.test('reports a CA that does not match the certificate', onHost, async (t) => {
  t.teardown(() => env.hooks?.redirect())
  const { url, ca } = await env.withNats((natsUrl) => startTlsService(t, natsUrl))
  await env.hooks?.redirect({ url, ca })
  await assertDoctor(t, env)
  await env.hooks?.redirect({ url, ca: (await makeCertificates([], ['127.0.0.1'], 1)).ca })
  await assertDoctor(
    t,
    env,
    /^failure +service +the CompositeController does not trust the cert.*\n +-> make run$/m,
  )
})

t.test('reports an address without a service', onHost, async (t) => {
  t.teardown(() => env.hooks?.redirect())
  const url = new URL(`http://127.0.0.1:${await freePort()}`)
  await env.hooks?.redirect({ url })
  await assertDoctor(t, env, /^failure +service +http:\S+ does not answer.*\(ECONNREFUSED\)/m)
})

t.test('reports no failure for a deployment', env.needs('cluster'), async (t) => {
  await coinflips.create('healthy', 'TTT')
  await coinflips.settled('healthy')
  await assertDoctor(t, env)
})
