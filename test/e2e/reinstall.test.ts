import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-reinstall')
const real = env.needs('metacontroller')

const synced = () =>
  env.service.metric('coinflip_request_duration_seconds_count{route="/sync",code="200"}')
/** The number of publishes, duplicates included. */
async function published(): Promise<number> {
  const results = ['stored', 'duplicate'].map((result) =>
    env.service.metric(`coinflip_notifications_total{result="${result}"}`),
  )
  return (await Promise.all(results)).reduce((sum, count) => sum + count)
}

t.test('publishes nothing again after it is installed over existing objects', real, async (t) => {
  const names = ['one', 'two', 'three']
  for (const name of names) await coinflips.create(name, 'TTTHTTT')
  for (const name of names) await coinflips.settled(name)

  await env.operator.remove()
  for (const { metadata } of await coinflips.list())
    t.same(metadata.finalizers ?? [], [], `${metadata.name} is left as an object like any other`)

  const [calls, tries] = [await synced(), await published()]
  await env.operator.install()
  await waitFor(synced, (count) => count >= calls + names.length, { what: 'each object is synced' })
  t.equal(await published(), tries, 'the stream was not even asked')
  for (const name of names) {
    const object = await coinflips.settled(name)
    t.equal(object.status?.notifications, 2, `${name} is as it was`)
    // In a cluster NATS may be removed with the operator, and the stream with it.
    if (env.mode === 'host') await assertStored(t, env, object)
  }
})

t.test(
  'FORCE=1 removes the operator without publishing while NATS is down',
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
