import type { Test } from 'tap'
import { abandonAnnotation } from '../../../server/domain/coinflip.ts'
import { streamHolds } from '../lib/checks.ts'
import { conditionOf } from '../lib/coinflips.ts'
import type { Environment } from '../lib/environment.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-deletion')
  const real = env.needs('metacontroller')

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
