import t from 'tap'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { flipSteadily } from '../lib/cluster/steady-flips.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-outage')
const real = env.needs('metacontroller')

t.afterEach(async () => {
  await env.nats.start()
  await env.service.start()
  await env.metacontroller.start()
})

t.test('publishes the milestones of an outage of NATS after it', real, async (t) => {
  await env.nats.stop()
  await coinflips.create('delayed', '')
  for (const letters of ['TTT', 'HTTT', 'HTTT']) await coinflips.append('delayed', letters)
  const { status } = await coinflips.notified('delayed', 'BrokerUnavailable')
  t.match(status, { flips: 11, milestones: 3, notifications: 0 }, 'counted all the same')
  await env.nats.start()
  await assertStored(t, env, await coinflips.settled('delayed'))
})

/** Metacontroller's warnings about objects with a name prefix. */
async function warningsOf(prefix: string): Promise<string[]> {
  interface Event {
    involvedObject: { name: string }
    message: string
  }
  const path = `/api/v1/namespaces/${coinflips.namespace}/events?fieldSelector=type=Warning`
  const { body } = await env.api.call<{ items: Event[] }>('GET', path)
  return body.items
    .filter(({ involvedObject }) => involvedObject.name.startsWith(prefix))
    .map(({ message }) => message)
}

for (const [what, prefix, disturb] of [
  ['the service is replaced as by an upgrade', 'rolled', () => env.service.roll()],
  [
    'the service is killed and comes back',
    'killed',
    async () => {
      await env.service.stop()
      await env.service.start()
    },
  ],
  [
    'Metacontroller is killed and comes back',
    'unwatched',
    async () => {
      await env.metacontroller.stop()
      await env.metacontroller.start()
    },
  ],
] as const)
  t.test(`publishes each milestone once while ${what}`, real, async (t) => {
    const flips = flipSteadily(coinflips, prefix)
    await flips.more(8)
    await disturb()
    await flips.more(8)
    for (const object of await flips.stop()) await assertStored(t, env, object)
    // A rolling update of several replicas: each failed call would be an event.
    if (env.mode === 'cluster' && prefix === 'rolled') t.same(await warningsOf(prefix), [])
  })
