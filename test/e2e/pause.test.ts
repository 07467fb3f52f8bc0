import t from 'tap'
import { pausedAnnotation } from '../../server/domain/coinflip.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { conditionOf } from '../lib/cluster/coinflips.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-pause')
const real = env.needs('metacontroller')

t.test('counts a paused object, and publishes its milestones after the pause', real, async (t) => {
  const { metadata } = await coinflips.create('paused', 'TTT', { [pausedAnnotation]: 'true' })
  const paused = await coinflips.notified('paused', 'Paused')
  t.match(paused.status, { flips: 3, milestones: 1, notifications: 0 })
  t.match(conditionOf(paused, 'Ready'), { status: 'False', reason: 'Paused' })
  await coinflips.append('paused', 'HTTT')
  await coinflips.notified('paused', 'Paused')
  t.same(await env.messages(metadata.uid), [], 'nothing was published')
  await coinflips.annotate('paused', pausedAnnotation, null)
  const object = await coinflips.settled('paused')
  t.equal(object.status?.notifications, 2)
  await assertStored(t, env, object)
})

t.test('delays only the milestones after the start of a pause', real, async (t) => {
  await coinflips.create('later', 'TTT')
  await coinflips.settled('later')
  await coinflips.annotate('later', pausedAnnotation, 'true')
  await coinflips.append('later', 'HTTT')
  const { status, metadata } = await coinflips.notified('later', 'Paused')
  t.equal(status?.notifications, 1)
  t.equal((await env.messages(metadata.uid)).length, 1)
})

t.test('publishes the milestones of a paused object that is deleted', real, async (t) => {
  const object = await coinflips.create('deleted', 'TTT', { [pausedAnnotation]: 'true' })
  await coinflips.notified('deleted', 'Paused')
  await coinflips.remove('deleted')
  await coinflips.gone('deleted')
  await assertStored(t, env, object)
})
