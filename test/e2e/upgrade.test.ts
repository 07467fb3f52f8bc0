import { readFileSync } from 'node:fs'
import t from 'tap'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { parseObjects } from '../../hack/lib/manifests.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { assertStored } from '../lib/cluster/assert-stored.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-upgrade')
const file = 'manifests/crd/coinflips.games.example.com.yaml'

async function apply(crd: string): Promise<void> {
  await env.kubectl('apply', '--server-side', '--force-conflicts', '-f', crd)
}

/** An earlier version of the CRD: without columns, streak and append-only rule. */
function earlierCrd(): KubeObject {
  const [crd] = parseObjects(readFileSync(file, 'utf8')) as [KubeObject]
  const [version] = crd.spec.versions
  version.additionalPrinterColumns = []
  const { spec, status } = version.schema.openAPIV3Schema.properties
  delete status.properties.streak
  delete spec.properties.flips['x-kubernetes-validations']
  return crd
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
  t.teardown(() => apply(file))
  await coinflips.create('veteran', 'TTT')
  await apply(fileOf(env.dir, [earlierCrd()]))
  await historyCanBeRewritten('veteran', true)
  await coinflips.append('veteran', 'HT')
  const before = await coinflips.settled('veteran')
  t.notOk(before.status?.streak, 'the earlier one kept no streak')

  await apply(file)
  await historyCanBeRewritten('veteran', false)
  t.same((await coinflips.get('veteran'))?.status, before.status, 'the status is unchanged')
  await coinflips.append('veteran', 'TT')
  const after = await coinflips.settled('veteran')
  t.match(after.status, { flips: 7, streak: { face: 'Tails', length: 3 }, notifications: 2 })
  await assertStored(t, env, after)
  const shown = await env.kubectl('get', 'coinflips', '-n', coinflips.namespace)
  t.match(shown.replaceAll(/ +/g, ' '), 'veteran 7 Tails 3 2 2 True', 'with its columns')
})
