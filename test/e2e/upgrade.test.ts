import t from 'tap'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { compose } from '../lib/cluster/composed.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-upgrade')
const [crd] = (await compose(env, 'manifests/crd')) as [KubeObject]

async function apply(object: KubeObject): Promise<void> {
  const file = fileOf(env.dir, [object])
  await env.kubectl('apply', '--server-side', '--force-conflicts', '-f', file)
}

/** An earlier version of the CRD: without columns, streak and append-only rule. */
function earlierCrd(): KubeObject {
  const earlier = structuredClone(crd)
  const [version] = earlier.spec.versions
  version.additionalPrinterColumns = []
  const { spec, status } = version.schema.openAPIV3Schema.properties
  delete status.properties.streak
  delete spec.properties.flips['x-kubernetes-validations']
  return earlier
}

/** Waits until the first flip can, or cannot, be removed: a CRD is in effect a moment later. */
async function historyCanBeRewritten(name: string, expected: boolean): Promise<void> {
  const shorten = [{ op: 'remove', path: '/spec/flips/0' }]
  await waitFor(
    () => env.api.patch(`${coinflips.path}/${name}?dryRun=All`, shorten),
    ({ code }) => (code === 200) === expected,
    { what: expected ? 'the earlier CRD is served' : 'the present CRD is served' },
  )
}

t.test('upgrades the CRD with existing objects', env.needs('metacontroller'), async (t) => {
  t.teardown(() => apply(crd))
  await coinflips.create('veteran', 'TTT')
  await apply(earlierCrd())
  await historyCanBeRewritten('veteran', true)
  await coinflips.append('veteran', 'HT')
  const before = await coinflips.settled('veteran')
  t.notOk(before.status?.streak, 'the earlier one kept no streak')

  await apply(crd)
  await historyCanBeRewritten('veteran', false)
  t.same((await coinflips.get('veteran'))?.status, before.status, 'the status is unchanged')
  await coinflips.append('veteran', 'TT')
  const after = await coinflips.settled('veteran')
  t.match(after.status, { flips: 7, streak: { face: 'Tails', length: 3 }, notifications: 2 })
  await assertStored(t, env, after)
  const shown = await env.kubectl('get', 'coinflips', '-n', coinflips.namespace)
  t.match(shown.replaceAll(/ +/g, ' '), 'veteran 7 Tails 3 2 2 True', 'with its columns')
})
