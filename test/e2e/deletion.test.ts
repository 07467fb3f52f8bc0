import t from 'tap'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { abandonAnnotation, apiVersion, kind } from '../../server/domain/coinflip.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { conditionOf, type Stored } from '../lib/cluster/coinflips.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { faces } from '../lib/coinflip.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-deletion')
const real = env.needs('metacontroller')
const held = env.needs('metacontroller', 'policies')

/** Runs `kubectl replace` with a manifest without the finalizer. */
function replace(name: string, letters: string): Promise<string> {
  const metadata = { namespace: coinflips.namespace, name }
  const manifest = { apiVersion, kind, metadata, spec: { flips: faces(letters) } }
  return env.kubectl('replace', '-f', fileOf(env.dir, [manifest]))
}

t.afterEach(async () => {
  await env.nats.start()
  await env.metacontroller.start()
})

t.test('publishes the message of an object that is deleted at once', held, async (t) => {
  const object = await coinflips.create('brief', 'TTT')
  await coinflips.remove('brief')
  await coinflips.gone('brief')
  await assertStored(t, env, object)
})

t.test('publishes it after Metacontroller starts later', held, async (t) => {
  await env.metacontroller.stop()
  const object = await coinflips.create('unseen', 'TTTHTTT')
  await coinflips.remove('unseen')
  t.ok((await coinflips.get('unseen'))?.metadata.deletionTimestamp, 'it waits')
  await env.metacontroller.start()
  await coinflips.gone('unseen')
  await assertStored(t, env, object)
})

t.test('delays a deletion while NATS is down until the messages are stored', real, async (t) => {
  await env.nats.stop()
  const object = await coinflips.create('waiting', 'TTTHTTT')
  await coinflips.notified('waiting', 'BrokerUnavailable')
  await coinflips.remove('waiting')
  const waiting = await coinflips.notified('waiting', 'BrokerUnavailable')
  t.match(
    conditionOf(waiting, 'Notified')?.message,
    `2 of 2 notifications pending: NATS does not respond; check the server and NATS_URL; the deletion waits for them unless annotated ${abandonAnnotation}=true`,
  )
  t.equal(waiting.status?.notifications, 0)
  await env.nats.start()
  await coinflips.gone('waiting')
  await assertStored(t, env, object)
})

t.test('refuses flips, and accepts labels, for an object in deletion', real, async (t) => {
  await env.nats.stop()
  const object = await coinflips.create('leaving', 'TTT')
  await coinflips.notified('leaving', 'BrokerUnavailable')
  await coinflips.remove('leaving')
  const { code, body } = await coinflips.tryAppend('leaving', 'HTTT')
  t.equal(code, 403)
  t.match(body.message, 'this CoinFlip is being deleted and takes no more flips')
  await env.kubectl('label', '-n', coinflips.namespace, 'coinflip/leaving', 'still=labelled')
  await env.nats.start()
  await coinflips.gone('leaving')
  await assertStored(t, env, object)
})

t.test(
  'keeps the finalizer on `kubectl replace`, before and during a deletion',
  held,
  async (t) => {
    await env.nats.stop()
    const object = await coinflips.create('replaced', 'TTT')
    await coinflips.notified('replaced', 'BrokerUnavailable')
    await replace('replaced', 'TTT')
    t.same((await coinflips.get('replaced'))?.metadata.finalizers, [finalizer])
    await coinflips.remove('replaced')
    await replace('replaced', 'TTT')
    const waiting = await coinflips.get('replaced')
    t.same(waiting?.metadata.finalizers, [finalizer])
    t.ok(waiting?.metadata.deletionTimestamp, 'the deletion waits for NATS')
    await env.nats.start()
    await coinflips.gone('replaced')
    await assertStored(t, env, object)
  },
)

t.test('allows `kubectl replace` after its own finalizer is removed', held, async (t) => {
  const other = 'games.example.com/e2e'
  const object = await coinflips.create('shared', 'TTT')
  const patch = JSON.stringify({ metadata: { finalizers: [other] } })
  const named = ['-n', coinflips.namespace, 'coinflip/shared']
  await env.kubectl('patch', ...named, '--type=merge', '-p', patch)
  const stored = await coinflips.get('shared')
  t.same(stored?.metadata.finalizers, [other, finalizer], 'a list without ours gets it added')
  await coinflips.remove('shared')
  const isReleased = ({ metadata }: Stored) => !metadata.finalizers?.includes(finalizer)
  await coinflips.seen('shared', isReleased, 'is released')
  await assertStored(t, env, object)
  await replace('shared', 'TTT')
  await coinflips.gone('shared')
})

t.test('deletes an object unpublished with the abandon annotation', real, async (t) => {
  await env.nats.stop()
  const { metadata } = await coinflips.create('abandoned', 'TTT')
  await coinflips.notified('abandoned', 'BrokerUnavailable')
  await coinflips.remove('abandoned')
  t.ok((await coinflips.get('abandoned'))?.metadata.deletionTimestamp, 'it waits')
  await coinflips.annotate('abandoned', abandonAnnotation, 'true')
  await coinflips.gone('abandoned')
  await env.nats.start()
  t.same(await env.messages(metadata.uid), [], 'the stream never stored it')
})
