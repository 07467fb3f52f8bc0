import type { Test } from 'tap'
import { finalizer } from '../../../hack/coinflips/coinflips.ts'
import { abandonAnnotation, apiVersion, kind } from '../../../server/domain/coinflip.ts'
import { streamHolds } from '../../lib/cluster/checks.ts'
import { conditionOf, facesOf, type Stored } from '../../lib/cluster/coinflips.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { fileOf } from '../../lib/cluster/kubectl.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-deletion')
  const real = env.needs('metacontroller')

  /** `kubectl replace` with a manifest that has the flips and no finalizer. */
  function replace(name: string, letters: string): Promise<string> {
    const metadata = { namespace: coinflips.namespace, name }
    const manifest = { apiVersion, kind, metadata, spec: { flips: facesOf(letters) } }
    return env.kubectl('replace', '-f', fileOf(env.dir, [manifest]))
  }

  t.afterEach(async () => {
    await env.nats.start()
    await env.metacontroller.start()
  })

  t.test('an object created with three tails and deleted at once is not lost', real, async (t) => {
    const object = await coinflips.create('brief', 'TTT')
    await coinflips.remove('brief')
    await coinflips.gone('brief')
    await streamHolds(t, env, object)
  })

  t.test('the same without a Metacontroller, which comes later', real, async (t) => {
    await env.metacontroller.stop()
    const object = await coinflips.create('unseen', 'TTTHTTT')
    await coinflips.remove('unseen')
    t.ok((await coinflips.get('unseen'))?.metadata.deletionTimestamp, 'it waits')
    await env.metacontroller.start()
    await coinflips.gone('unseen')
    await streamHolds(t, env, object)
  })

  t.test('a deletion while NATS is down waits, then publishes, then goes', real, async (t) => {
    await env.nats.stop()
    const object = await coinflips.create('waiting', 'TTTHTTT')
    await coinflips.notified('waiting', 'BrokerUnavailable')
    await coinflips.remove('waiting')
    const waiting = await coinflips.notified('waiting', 'BrokerUnavailable')
    t.match(
      conditionOf(waiting, 'Notified')?.message,
      `2 of 2 notifications outstanding: NATS does not answer; check the server and NATS_URL; the deletion waits for them, the annotation ${abandonAnnotation}=true gives them up`,
    )
    t.equal(waiting.status?.notifications, 0)
    await env.nats.start()
    await coinflips.gone('waiting')
    await streamHolds(t, env, object)
  })

  t.test('an object in deletion takes labels, and no more flips', real, async (t) => {
    await env.nats.stop()
    const object = await coinflips.create('leaving', 'TTT')
    await coinflips.remove('leaving')
    const { code, body } = await coinflips.tryAppend('leaving', 'HTTT')
    t.equal(code, 403)
    t.match(body.message, 'this CoinFlip is being deleted and takes no more flips')
    await env.kubectl('label', '-n', coinflips.namespace, 'coinflip/leaving', 'still=labelled')
    await env.nats.start()
    await coinflips.gone('leaving')
    await streamHolds(t, env, object)
  })

  t.test('`kubectl replace` keeps the finalizer, before a deletion and in it', real, async (t) => {
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
    await streamHolds(t, env, object)
  })

  t.test('after its release an object that others hold can be replaced', real, async (t) => {
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
    await streamHolds(t, env, object)
    await replace('shared', 'TTT')
    await coinflips.gone('shared')
  })

  t.test('the abandon annotation lets a deletion through, unpublished', real, async (t) => {
    await env.nats.stop()
    const { metadata } = await coinflips.create('abandoned', 'TTT')
    await coinflips.remove('abandoned')
    await coinflips.notified('abandoned', 'BrokerUnavailable')
    await coinflips.annotate('abandoned', abandonAnnotation, 'true')
    await coinflips.gone('abandoned')
    await env.nats.start()
    t.same(await env.messages(metadata.uid), [], 'the stream never had it')
  })
}
