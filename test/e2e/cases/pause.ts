import type { Test } from 'tap'
import { pausedAnnotation } from '../../../server/domain/coinflip.ts'
import { streamHolds } from '../../lib/cluster/checks.ts'
import { conditionOf } from '../../lib/cluster/coinflips.ts'
import type { Environment } from '../../lib/cluster/environment.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-pause')
  const real = env.needs('metacontroller')

  t.test('a paused object is counted and published when the pause is over', real, async (t) => {
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
    await streamHolds(t, env, object)
  })

  t.test('a pause takes nothing back, and holds only what comes after it', real, async (t) => {
    await coinflips.create('later', 'TTT')
    await coinflips.settled('later')
    await coinflips.annotate('later', pausedAnnotation, 'true')
    await coinflips.append('later', 'HTTT')
    const { status, metadata } = await coinflips.notified('later', 'Paused')
    t.equal(status?.notifications, 1)
    t.equal((await env.messages(metadata.uid)).length, 1)
  })

  t.test('a deletion does not wait for the end of a pause', real, async (t) => {
    const object = await coinflips.create('deleted', 'TTT', { [pausedAnnotation]: 'true' })
    await coinflips.notified('deleted', 'Paused')
    await coinflips.remove('deleted')
    await coinflips.gone('deleted')
    await streamHolds(t, env, object)
  })
}
