import t from 'tap'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import type { Stored } from '../lib/cluster/coinflips.ts'
import { make } from '../lib/cluster/make.ts'
import { deleteStream } from '../lib/cluster/stream.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-republish')
const { namespace } = coinflips
const real = env.needs('metacontroller')
const hasAll = ({ status }: Stored) => status?.notifications === status?.milestones

t.test(
  '`make republish` publishes each message once after the stream was deleted',
  real,
  async (t) => {
    await coinflips.create('lost', 'TTTHTTTHTTT')
    await coinflips.settled('lost')
    await env.withNats(deleteStream)
    t.same(await env.messages(), [], 'the messages are gone')
    const { text } = await make(env.shell, 'republish', 'NAME=lost', `NAMESPACE=${namespace}`)
    t.match(text, 'publishing 3 milestones again')
    await assertStored(t, env, await coinflips.seen('lost', hasAll, 'is published again'))
  },
)

t.test('stores no duplicates when the status is reset by hand', real, async (t) => {
  await coinflips.create('kept', 'TTTHTTT')
  const { metadata } = await coinflips.settled('kept')
  const before = await env.messages(metadata.uid)
  const object = ['-n', namespace, 'coinflip/kept']
  const patch = '--patch={"status":{"notifications":0}}'
  await env.kubectl('patch', ...object, '--subresource=status', '--type=merge', patch)
  await env.kubectl('annotate', ...object, 'games.example.com/touched=by-hand')
  await coinflips.seen('kept', hasAll, 'is published again')
  t.same(await env.messages(metadata.uid), before)
})
