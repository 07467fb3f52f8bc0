import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { parseObjects } from '../../hack/lib/manifests.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { apiVersion, kind, plural } from '../../server/domain/coinflip.ts'
import type { Stored } from '../lib/cluster/coinflips.ts'
import { cases } from './cases.ts'
import { chart, dir, valuesOption } from './chart.ts'
import { api, applyCrds, demand, helm, kubectl } from './plane.ts'

t.setTimeout(300_000)

const { METACONTROLLER_MANIFESTS = '', CERT_MANAGER_CRDS, PROMETHEUS_OPERATOR_CRDS } = process.env
const inSystem = ['--namespace', 'coinflip-system']
const install = ['install', 'coinflip', chart, ...inSystem]

async function read(kind: string, name: string): Promise<KubeObject> {
  return JSON.parse(await kubectl('get', kind, name, ...inSystem, '-o', 'json'))
}

t.test('refuses a cluster without Metacontroller', async (t) => {
  const { stderr } = await helm(...install, '--create-namespace')
  t.match(
    stderr,
    'this cluster has no Metacontroller: install it first, or set metacontroller.enabled=true',
  )
  t.notMatch(await demand('list', '--all-namespaces', '--short'), /\S/, 'no release')
})

const foreign = [CERT_MANAGER_CRDS, PROMETHEUS_OPERATOR_CRDS]

t.test('with the CRDs of Metacontroller, cert-manager and Prometheus', async () => {
  await applyCrds(METACONTROLLER_MANIFESTS, /^metacontroller-crds/)
  for (const folder of foreign)
    if (folder) await applyCrds(folder, /(issuers|certificates|monitors|rules)\.yaml$/)
  for (const namespace of ['coinflip-system', 'games'])
    await kubectl('create', 'namespace', namespace)
})

for (const { name, values, options = [] } of cases) {
  const isKnown = !/cert-manager|monitoring/.test(JSON.stringify(values)) || foreign.every(Boolean)
  t.test(`the API server accepts the objects: ${name}`, { skip: !isKnown }, async (t) => {
    const own = options.filter((option) => !option.startsWith('--kube-version'))
    const dryRun = ['--dry-run=server', '--output=json', valuesOption(values), ...own]
    const { manifest, hooks } = JSON.parse(await demand(...install, ...dryRun))
    const texts = [manifest, ...hooks.map(({ manifest }: { manifest: string }) => manifest)]
    const file = join(dir, 'dry-run.yaml')
    writeFileSync(file, texts.join('\n---\n'))
    const apply = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', file]
    const { stderr, failure } = await kubectl.try(...apply)
    t.equal(failure, undefined, stderr)
    t.equal(stderr, '', 'without a warning')
  })
}

const secrets = '/api/v1/namespaces/coinflip-system/secrets'
const madeSecret = {
  metadata: { name: 'coinflip-hook-tls' },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': 'eA==', 'tls.key': 'eA==', 'ca.crt': 'b2YgYW4gb3duZXI=' },
}

t.test('reads the CA of an existing certificate from its Secret', async (t) => {
  await api.call('POST', secrets, madeSecret)
  t.teardown(() => api.call('DELETE', `${secrets}/coinflip-hook-tls`))
  const values = valuesOption({ tls: { mode: 'existing' } })
  const { manifest } = JSON.parse(
    await demand(...install, '--dry-run=server', '--output=json', values),
  )
  const composite = parseObjects(manifest).find(({ kind }) => kind === 'CompositeController')
  t.equal(composite?.spec.hooks.finalize.webhook.caBundle.inline, 'of an owner')
})

t.test('takes over the certificate of the pod, and keeps one of its own', async (t) => {
  t.teardown(() => demand('uninstall', 'coinflip', ...inSystem, '--no-hooks'))
  await demand(...install)
  // As the pod does.
  await api.call('POST', secrets, madeSecret)
  const upgrade = ['upgrade', 'coinflip', chart, ...inSystem, '--set', 'tls.mode=helm']
  const refusal = await helm(...upgrade)
  t.match(refusal.stderr, /Secret "coinflip-hook-tls".*exists and cannot be imported/)
  const stored = async () => (await read('secret', 'coinflip-hook-tls')).data
  await demand(...upgrade, '--take-ownership')
  t.same(await stored(), madeSecret.data, 'taken over')
  await api.call('DELETE', `${secrets}/coinflip-hook-tls`)
  await demand(...upgrade)
  const made = await stored()
  t.not(made['tls.crt'], madeSecret.data['tls.crt'], 'a deleted one is made anew')
  await demand(...upgrade, '--set', 'replicas=3')
  t.same(await stored(), made, 'kept')
  const composite = await read('compositecontroller', 'coinflip')
  const { inline } = composite.spec.hooks.sync.webhook.caBundle
  t.equal(inline, Buffer.from(made['ca.crt'], 'base64').toString(), 'Metacontroller trusts its CA')
})

t.test('keeps CoinFlips from installation to removal', async (t) => {
  /** By kubectl, which repeats what the API server refuses while it takes up a changed CRD. */
  async function flips(): Promise<unknown[]> {
    const { items } = JSON.parse(await kubectl('get', 'coinflips', '-o', 'json'))
    return items.map(({ metadata, spec }: Stored) => [metadata.name, metadata.uid, spec])
  }

  t.match(await demand(...install), 'STATUS: deployed')
  const lucky = { apiVersion, kind, metadata: { name: 'lucky' }, spec: { flips: ['Tails'] } }
  const path = `/apis/${apiVersion}/namespaces/default/${plural}`
  // A new CRD is served a moment later, and the parameter of its policies is known after up to 30 s.
  await waitFor(
    () => api.call('POST', path, lucky),
    ({ code }) => code === 201,
    { what: 'a CoinFlip is created' },
  )
  const before = await flips()

  const changed = join(dir, 'changed')
  cpSync(chart, changed, { recursive: true })
  const crdFile = join(changed, 'files/crd/coinflips.games.example.com.yaml')
  const crd = readFileSync(crdFile, 'utf8')
  writeFileSync(crdFile, crd.replace('      - games\n', '      - games\n      - coins\n'))
  const upgrade = ['upgrade', 'coinflip', changed, ...inSystem, '--set', 'replicas=3']
  t.match(await demand(...upgrade), 'REVISION: 2')
  t.equal((await read('deployment', 'coinflip-operator')).spec.replicas, 3)
  const name = 'coinflips.games.example.com'
  t.same((await read('crd', name)).spec.names.categories, ['games', 'coins'], 'the CRD is updated')

  await demand('rollback', 'coinflip', '1', ...inSystem)
  t.equal((await read('deployment', 'coinflip-operator')).spec.replicas, 2)
  t.same((await read('crd', name)).spec.names.categories, ['games'])

  const other = ['install', 'other', chart, '--namespace', 'games']
  t.match((await helm(...other)).stderr, /exists and cannot be imported/, 'one for each cluster')

  // Its Job needs a kubelet.
  const refusal = await helm('uninstall', 'coinflip', ...inSystem, '--timeout', '1s')
  t.match(refusal.stderr, 'Job/coinflip-system/coinflip-release not ready')
  t.match((await helm('upgrade', 'coinflip', chart, ...inSystem)).stderr, 'no deployed releases')
  await demand('rollback', 'coinflip', '3', ...inSystem)
  t.match(await demand('upgrade', 'coinflip', chart, ...inSystem), 'STATUS: deployed')

  t.match(
    await demand('uninstall', 'coinflip', ...inSystem, '--no-hooks'),
    `[CustomResourceDefinition] ${name}`,
  )
  t.same(await flips(), before, 'every CoinFlip is there')
  const kinds = 'compositecontrollers,deployments,validatingadmissionpolicies'
  const left = await kubectl('get', kinds, '--all-namespaces', '-o', 'name')
  t.equal(left, '', 'nothing else is')

  t.match(await demand(...install), 'STATUS: deployed', 'installs again over the CRD')
  t.same(await flips(), before)
  await demand('uninstall', 'coinflip', ...inSystem, '--no-hooks')
})
