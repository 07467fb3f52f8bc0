import type { Test } from 'tap'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { flipSteadily } from '../../lib/cluster/steady-flips.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-outage')
  const real = env.needs('metacontroller')

  t.afterEach(async () => {
    await env.nats.start()
    await env.service.start()
    await env.metacontroller.start()
  })

  t.test('milestones of a time without NATS are published when it is back', real, async (t) => {
    await env.nats.stop()
    await coinflips.create('delayed', '')
    for (const letters of ['TTT', 'HTTT', 'HTTT']) await coinflips.append('delayed', letters)
    const { status } = await coinflips.notified('delayed', 'BrokerUnavailable')
    t.match(status, { flips: 11, milestones: 3, notifications: 0 }, 'counted all the same')
    await env.nats.start()
    await streamHolds(t, env, await coinflips.settled('delayed'))
  })

  /** What Metacontroller had to say of objects whose names begin like that. */
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
    t.test(`nothing is lost or sent twice under steady flips while ${what}`, real, async (t) => {
      const flips = flipSteadily(coinflips, prefix)
      await flips.more(8)
      await disturb()
      await flips.more(8)
      for (const object of await flips.stop()) await streamHolds(t, env, object)
      // A rolling update of more than one replica: each failed call would be told as an event.
      if (env.mode === 'cluster' && prefix === 'rolled') t.same(await warningsOf(prefix), [])
    })
}
