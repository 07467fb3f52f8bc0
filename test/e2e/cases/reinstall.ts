import type { Test } from 'tap'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { until } from '../../lib/cluster/until.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-reinstall')
  const real = env.needs('metacontroller')

  const synced = () =>
    env.service.metric('coinflip_request_duration_seconds_count{route="/sync",code="200"}')
  /** How often the service went to the stream, whatever that said. */
  async function published(): Promise<number> {
    const results = ['stored', 'stored-before'].map((result) =>
      env.service.metric(`coinflip_notifications_total{result="${result}"}`),
    )
    return (await Promise.all(results)).reduce((sum, count) => sum + count)
  }

  t.test('an operator installed over existing objects publishes nothing again', real, async (t) => {
    const names = ['one', 'two', 'three']
    for (const name of names) await coinflips.create(name, 'TTTHTTT')
    for (const name of names) await coinflips.settled(name)

    await env.operator.remove()
    for (const { metadata } of await coinflips.list())
      t.same(metadata.finalizers ?? [], [], `${metadata.name} is left as an object like any other`)

    const [calls, tries] = [await synced(), await published()]
    await env.operator.install()
    await until(synced, (count) => count >= calls + names.length, 'each object is synced')
    t.equal(await published(), tries, 'the stream was not even asked')
    for (const name of names) {
      const object = await coinflips.settled(name)
      t.equal(object.status?.notifications, 2, `${name} is as it was`)
      // A cluster's own NATS may have gone with the operator, and its stream with it.
      if (env.mode === 'host') await streamHolds(t, env, object)
    }
  })

  t.test(
    'FORCE=1 removes the operator while NATS is down, and publishes nothing',
    env.needs('metacontroller', 'host'),
    async (t) => {
      t.teardown(() => Promise.all([env.nats.start(), env.operator.install()]))
      await env.nats.stop()
      const { metadata } = await coinflips.create('leaving', 'TTT')
      await coinflips.create('staying', 'TTT')
      for (const name of ['leaving', 'staying']) await coinflips.notified(name, 'BrokerUnavailable')
      await coinflips.remove('leaving')
      await env.operator.forceRemove()
      await coinflips.gone('leaving')
      t.notOk((await coinflips.get('staying'))?.metadata.finalizers, 'nothing holds the other one')
      await env.nats.start()
      t.same(await env.messages(metadata.uid), [])
    },
  )
}
