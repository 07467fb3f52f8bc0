import type { Test } from 'tap'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Stored } from '../../lib/cluster/coinflips.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { make } from '../../lib/cluster/make.ts'
import { deleteStream } from '../../lib/cluster/stream.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-republish')
  const { namespace } = coinflips
  const real = env.needs('metacontroller')
  const hasAll = ({ status }: Stored) => status?.notifications === status?.milestones

  t.test('after the stream was deleted, `make republish` brings all back once', real, async (t) => {
    await coinflips.create('lost', 'TTTHTTTHTTT')
    await coinflips.settled('lost')
    await env.withNats(deleteStream)
    t.same(await env.messages(), [], 'all is lost')
    const { text } = await make(env.shell, 'republish', 'NAME=lost', `NAMESPACE=${namespace}`)
    t.match(text, 'publishing 3 milestones again')
    await streamHolds(t, env, await coinflips.seen('lost', hasAll, 'is published again'))
  })

  t.test('done by hand with nothing lost, the stream refuses the repeats', real, async (t) => {
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
}
