import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { apiVersion, kind } from '../../server/domain/coinflip.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import type { Stored } from '../lib/cluster/coinflips.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-controller-removed')
const real = env.needs('metacontroller')

/** Waits until new objects get no finalizer, which is so some milliseconds after the change. */
async function newObjectsAreFree(): Promise<void> {
  const probe = { apiVersion, kind, metadata: { name: 'probe' }, spec: { flips: [] } }
  await waitFor(
    () => env.api.call<Stored>('POST', `${coinflips.path}?dryRun=All`, probe),
    ({ code, body }) => code === 201 && !body.metadata.finalizers,
    { what: 'a new object gets no finalizer' },
  )
}

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

t.test('adds no finalizer where nothing would remove it', real, async (t) => {
  t.teardown(() => env.operator.install())
  await coinflips.create('held', 'TTT')
  await coinflips.settled('held')
  t.same((await coinflips.get('held'))?.metadata.finalizers, [finalizer])
  await env.kubectl('delete', 'compositecontroller', 'coinflip')
  await newObjectsAreFree()
  await coinflips.create('free', 'TTT')
  const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}']
  await env.kubectl('patch', '-n', coinflips.namespace, 'coinflip/held', ...patch)
  t.notOk((await coinflips.get('held'))?.metadata.finalizers, 'a person can remove it')
  for (const name of ['free', 'held']) {
    await coinflips.remove(name)
    await coinflips.gone(name)
  }
})

t.test(
  'removes the finalizer from all objects when there is no finalize hook',
  env.needs('metacontroller', 'host'),
  async (t) => {
    t.teardown(() => env.operator.install())
    await coinflips.create('released', 'TTT')
    await coinflips.settled('released')
    const removeHook = '[{"op":"remove","path":"/spec/hooks/finalize"}]'
    await env.kubectl('patch', 'compositecontroller/coinflip', '--type=json', '-p', removeHook)
    const isReleased = ({ metadata }: Stored) => !metadata.finalizers
    await coinflips.seen('released', isReleased, 'has no finalizer')
    await newObjectsAreFree()
  },
)
