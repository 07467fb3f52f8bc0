import type { Test } from 'tap'
import { finalizer } from '../../../hack/coinflips/coinflips.ts'
import { streamHolds } from '../../lib/cluster/checks.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { until } from '../../lib/cluster/until.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const coinflips = await env.coinflips('e2e-controller-removed')
  const real = env.needs('metacontroller')

  t.test(
    'a CompositeController deleted first by mistake is put back, and loses nothing',
    real,
    async (t) => {
      await coinflips.create('stuck', 'TTT')
      await coinflips.settled('stuck')
      await env.kubectl('delete', 'compositecontroller', 'coinflip')
      const object = await coinflips.append('stuck', 'HTTT')
      const deletion = ['delete', '-n', coinflips.namespace, 'coinflip/stuck']
      const { failure } = await env.kubectl.try(...deletion, '--timeout=2s')
      t.match(failure, 'timed out', 'a deletion hangs')
      await env.operator.install()
      await coinflips.gone('stuck')
      await streamHolds(t, env, object)
    },
  )

  t.test(
    'without its finalize hook the controller takes the finalizer off only after the policy',
    env.needs('metacontroller', 'host'),
    async (t) => {
      t.teardown(() => env.operator.install())
      await coinflips.create('held', 'TTT')
      await coinflips.settled('held')
      const removeHook = '[{"op":"remove","path":"/spec/hooks/finalize"}]'
      const restarted = env.hooks?.caller().starts
      await env.kubectl('patch', 'compositecontroller/coinflip', '--type=json', '-p', removeHook)
      await until(
        async () => env.hooks?.caller().starts,
        (starts) => starts !== restarted,
        'Metacontroller has taken up the change',
      )
      await coinflips.append('held', 'H')
      const held = await coinflips.settled('held')
      t.same(held.metadata.finalizers, [finalizer], 'a call does not take it off')

      const binding = 'mutatingadmissionpolicybinding/coinflip-stamp-finalizer'
      await env.kubectl('delete', binding)
      let touched = 0
      await until(
        () => coinflips.annotate('held', 'games.example.com/resync', `${touched++}`),
        ({ metadata }) => !metadata.finalizers,
        'the finalizer is gone',
      )
    },
  )
}
