import t from 'tap'
import { supportsMutatingAdmissionPolicy } from '../../hack/kube/releases.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { make, startMake } from '../lib/cluster/make.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-run')
const onHost = env.needs('metacontroller', 'host')
const ours = [
  'compositecontrollers',
  'validatingadmissionpolicies',
  ...(supportsMutatingAdmissionPolicy(env.version) ? ['mutatingadmissionpolicies'] : []),
].join(',')

t.test('`make run` serves the cluster, and leaves nothing behind', onHost, async (t) => {
  t.teardown(() => Promise.all([env.metacontroller.start(), env.operator.install()]))
  await coinflips.create('before', 'TTT')
  const before = await coinflips.settled('before')
  await env.operator.remove()
  await env.metacontroller.stop()

  const serving = startMake(env.shell, 'run')
  t.teardown(serving.interrupt)
  await serving.prints(/^serving context /)
  await coinflips.create('during', 'TTTHTTT')
  await assertStored(t, env, await coinflips.settled('during'))
  await coinflips.append('before', 'HTTT')
  await assertStored(t, env, await coinflips.settled('before'))
  await serving.interrupt()

  t.equal(await env.kubectl('get', ours, '-o', 'name'), '', 'what it applied is gone')
  for (const { metadata } of await coinflips.list())
    t.notOk(metadata.finalizers, `nothing holds ${metadata.name}`)
  const after = await coinflips.get('before')
  t.equal(after?.metadata.uid, before.metadata.uid)
  t.equal(after?.status?.notifications, 2)
})

t.test('`make run` refuses to replace a deployed controller', env.needs('cluster'), async (t) => {
  const { code, text } = await make(env.shell, 'run')
  t.not(code, 0)
  t.match(text, 'run: the controller is deployed in this cluster')
})

t.test(
  '`make uninstall DELETE_COINFLIPS=1` deletes all CoinFlips and the CRD',
  onHost,
  async (t) => {
    t.teardown(() => make(env.shell, 'install'))
    await coinflips.create('last', 'TTT')
    const { metadata } = await coinflips.settled('last')
    const { code, text } = await make(env.shell, 'uninstall', 'DELETE_COINFLIPS=1')
    t.equal(code, 0, text)
    t.notMatch(await env.kubectl('get', 'crd', '-o', 'name'), 'coinflips', 'its kind is gone')
    t.equal((await env.messages(metadata.uid)).length, 1, 'the messages stay')
    t.match((await make(env.shell, 'uninstall')).text, 'the CRD is not installed: nothing to do')
  },
)
