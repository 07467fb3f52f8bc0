import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-controller-removed')
const real = env.needs('metacontroller')

t.test(
  'loses nothing when a CompositeController is deleted by mistake and applied again',
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
    await assertStored(t, env, object)
  },
)

t.test(
  'removes the finalizer without a finalize hook only when the policy is gone',
  env.needs('metacontroller', 'host'),
  async (t) => {
    t.teardown(() => env.operator.install())
    await coinflips.create('held', 'TTT')
    await coinflips.settled('held')
    const removeHook = '[{"op":"remove","path":"/spec/hooks/finalize"}]'
    const restarted = env.hooks?.metacontroller().starts
    await env.kubectl('patch', 'compositecontroller/coinflip', '--type=json', '-p', removeHook)
    await waitFor(
      async () => env.hooks?.metacontroller().starts,
      (starts) => starts !== restarted,
      { what: 'Metacontroller has restarted the controller' },
    )
    await coinflips.append('held', 'H')
    const held = await coinflips.settled('held')
    t.same(held.metadata.finalizers, [finalizer], 'a call does not take it off')

    const binding = 'mutatingadmissionpolicybinding/coinflip-stamp-finalizer'
    await env.kubectl('delete', binding)
    let touched = 0
    await waitFor(
      () => coinflips.annotate('held', 'games.example.com/resync', `${touched++}`),
      ({ metadata }) => !metadata.finalizers,
      { what: 'the finalizer is gone' },
    )
  },
)
