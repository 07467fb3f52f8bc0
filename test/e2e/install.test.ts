import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { supportsMutatingAdmissionPolicy } from '../../hack/kube/releases.ts'
import { parseVersion } from '../../hack/lib/version.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { startEmptyCluster } from '../lib/cluster/empty-cluster.ts'
import { skipUnless } from '../lib/cluster/environment.ts'
import { blocksOf } from '../lib/cluster/release-files.ts'

const {
  E2E_MODE,
  KUBEBUILDER_ASSETS = '',
  KUBERNETES_VERSION = '',
  METACONTROLLER_MANIFESTS,
} = process.env
const skipped = skipUnless(['host', 'manifests', 'policies'], {
  host: E2E_MODE === 'host',
  cluster: E2E_MODE === 'cluster',
  metacontroller: true,
  manifests: METACONTROLLER_MANIFESTS !== undefined,
  policies: supportsMutatingAdmissionPolicy(parseVersion(KUBERNETES_VERSION) ?? [0, 0, 0]),
})

/** The commands of the page that contain these words, for files in the current folder. */
function commandsWith(words: string): string {
  const found = blocksOf('sh').filter((text) => text.includes(words))
  if (found.length !== 1) throw new Error(`install.md has ${found.length} blocks with ${words}`)
  return `${found}`
    .replaceAll('"$release/', '"./')
    .replaceAll(/ && *\nkubectl .*(rollout status|wait --for=condition=complete).*/g, '')
}

const installation = commandsWith('rollout status').replace(/^release=.*\n/, '')
const coinflip = (name: string) => `
apiVersion: games.example.com/v1alpha1
kind: CoinFlip
metadata: { name: ${name}, namespace: default }
spec: { flips: [Tails, Tails] }
`

t.test('install.yaml', skipped, async (t) => {
  const { kubectl, dir, shell, runInPod } = await startEmptyCluster(t, KUBEBUILDER_ASSETS)
  const apply = 'kubectl apply --server-side -f ./install.yaml'
  const items = async (...args: string[]): Promise<KubeObject[]> =>
    JSON.parse(await kubectl('get', ...args, '--output', 'json')).items
  for (const name of ['kept', 'late']) writeFileSync(join(dir, `${name}.yaml`), coinflip(name))

  await t.test('says what is missing without Metacontroller, and harms nothing', async (t) => {
    const { stderr, failure } = await shell(apply)
    t.ok(failure)
    t.match(stderr, 'no matches for kind "CompositeController"')
    await waitFor(
      () => kubectl.try('create', '--dry-run=server', '-f', join(dir, 'kept.yaml')),
      ({ stderr }) => stderr.includes("'metacontroller.k8s.io/v1alpha1, Kind=CompositeController'"),
      { what: 'a CoinFlip that nobody would count is refused' },
    )
  })

  await t.test('is completed by the commands of the page', async (t) => {
    t.match(await shell(installation), { failure: undefined })
    const versions = async () =>
      (await items('-f', join(dir, 'install.yaml'))).map(({ metadata }) => JSON.stringify(metadata))
    const before = await versions()
    t.match(await shell(apply), { failure: undefined, stderr: '' })
    t.same(await versions(), before, 'the second time changes nothing')
  })

  await t.test('keeps the address of another NATS server when it is applied again', async (t) => {
    t.match(await shell(commandsWith('set env')), { failure: undefined })
    t.match(await shell(apply), { failure: undefined, stderr: '' })
    const [deployment] = await items(
      'deployments',
      '-n',
      'coinflip-system',
      '-l',
      'app.kubernetes.io/name=coinflip-operator',
    )
    const url = { name: 'NATS_URL', value: 'nats://nats.example.com:4222' }
    t.match(deployment?.spec.template.spec.containers[0].env.slice(-1), [url])
  })

  await t.test('is accepted in another namespace, by both ways of the page', async (t) => {
    await kubectl('create', 'namespace', 'games')
    const block = blocksOf('yaml').find((text) => text.startsWith('namespace: games'))
    writeFileSync(join(dir, 'kustomization.yaml'), `resources: [install.yaml]\n${block}`)
    const dryRun = 'kubectl apply --server-side --dry-run=server --force-conflicts'
    const bySed = commandsWith('sed ')
      .replace(/^curl [^|]*/, 'cat install.yaml ')
      .replace('kubectl apply --server-side', dryRun)
    for (const commands of [`${dryRun} -k .`, bySed])
      t.match(await shell(commands), { failure: undefined, stderr: '' }, commands)
  })

  const composite = async () =>
    JSON.parse(await kubectl('get', 'compositecontroller', 'coinflip', '-o', 'json'))
  await t.test(
    'lets its pod make the certificate, and keeps it when it is applied again',
    async (t) => {
      t.match(await runInPod('certificate'), {
        stdout: /^made a certificate for coinflip-operator\.coinflip-system\.svc/,
      })
      const secret = [
        'get',
        'secret',
        'coinflip-hook-tls',
        '--namespace',
        'coinflip-system',
        '--output',
        'json',
      ]
      const { data } = JSON.parse(await kubectl(...secret))
      const leaf = new X509Certificate(Buffer.from(data['tls.crt'], 'base64'))
      const bundles = async () => {
        const { sync, finalize } = (await composite()).spec.hooks
        return [sync, finalize].map(({ webhook }) => webhook.caBundle.inline)
      }
      for (const bundle of await bundles()) t.ok(leaf.checkIssued(new X509Certificate(bundle)))
      const before = await bundles()
      t.match(await shell(apply), { failure: undefined })
      t.same(await bundles(), before)
      t.match(await runInPod('certificate'), { stdout: /is trusted, and valid until/ })
    },
  )

  await t.test('gives its pods the rights that they need, and no others', async (t) => {
    const system = ['--namespace', 'coinflip-system']
    for (const [account, expected, ...request] of [
      ['certificate', 'yes', 'get', 'secret/coinflip-hook-tls', ...system],
      ['certificate', 'no', 'get', 'secret/other', ...system],
      ['certificate', 'no', 'list', 'secrets', ...system],
      ['certificate', 'no', 'create', 'secrets', ...system],
      ['certificate', 'no', 'delete', 'secret/coinflip-hook-tls', ...system],
      ['certificate', 'no', 'get', 'secret/coinflip-hook-tls', '--namespace', 'default'],
      ['certificate', 'yes', 'patch', 'compositecontroller/coinflip'],
      ['certificate', 'no', 'patch', 'compositecontroller/other'],
      ['certificate', 'no', 'delete', 'compositecontroller/coinflip'],
      ['certificate', 'no', 'list', 'coinflips'],
      ['release', 'yes', 'delete', 'compositecontroller/coinflip'],
      ['release', 'no', 'delete', 'compositecontroller/other'],
      ['release', 'no', 'patch', 'compositecontroller/coinflip'],
      ['release', 'yes', 'patch', 'coinflips', '--namespace', 'default'],
      ['release', 'no', 'delete', 'coinflips', '--namespace', 'default'],
      ['release', 'no', 'get', 'secrets', ...system],
      ['operator', 'no', 'get', 'secret/coinflip-hook-tls', ...system],
      ['operator', 'no', 'list', 'coinflips'],
    ] as const) {
      const as = `--as=system:serviceaccount:coinflip-system:coinflip-${account}`
      const { stdout } = await kubectl.try('auth', 'can-i', ...request, as)
      t.equal(stdout.trim(), expected, `${account}: ${request.join(' ')}`)
    }
  })

  await t.test('lets its pod change nothing but the CAs that the hooks trust', async (t) => {
    const as = '--as=system:serviceaccount:coinflip-system:coinflip-certificate'
    const patch = (spec: object) =>
      kubectl.try(
        ...['patch', 'compositecontroller', 'coinflip', '--type=merge', '--dry-run=server', as],
        ...['--patch', JSON.stringify({ spec })],
      )
    const url = 'https://example.com/sync'
    await waitFor(
      () => patch({ hooks: { sync: { webhook: { url } } } }),
      ({ stderr }) => stderr.includes('may only change the caBundle of the hooks'),
      { what: 'another URL is refused' },
    )
    for (const spec of [
      { hooks: { finalize: { webhook: { url } } } },
      { hooks: { customize: { webhook: { url } } } },
      { childResources: [{ apiVersion: 'v1', resource: 'secrets' }] },
      { parentResource: { resource: 'others' } },
    ])
      t.match((await patch(spec)).stderr, 'may only change the caBundle', JSON.stringify(spec))
    const webhook = { caBundle: { inline: 'another' } }
    t.match(await patch({ hooks: { sync: { webhook } } }), { failure: undefined })
  })

  const finalizersOf = async (name: string) =>
    JSON.parse(await kubectl('get', 'coinflip', name, '-o', 'json')).metadata.finalizers ?? []
  await t.test('lets CoinFlips go when it is removed', async (t) => {
    await waitFor(
      // Refused at first: the API server looks for new kinds of parameters every 30 s.
      () => kubectl.try('create', '--dry-run=server', '-f', join(dir, 'kept.yaml'), '-o', 'yaml'),
      ({ stdout }) => stdout.includes(finalizer),
      { what: 'new CoinFlips have the finalizer' },
    )
    await kubectl('create', '-f', join(dir, 'kept.yaml'))
    t.same(await finalizersOf('kept'), [finalizer])
    t.match(await runInPod('release'), {
      stdout: 'removed the CompositeController, and the finalizer from 1 CoinFlips\n',
    })
    t.same(await finalizersOf('kept'), [])
    await kubectl('create', '-f', join(dir, 'late.yaml'))
    t.same(await finalizersOf('late'), [], 'nor has a new one it')
    await kubectl('delete', 'coinflip', 'late', '--timeout=30s')
  })

  await t.test('is removed by the commands of the page, with and without CoinFlips', async (t) => {
    // No controller removes the objects of a namespace here, nor the namespace.
    const remove = (words: string) =>
      shell(commandsWith(words).replace('delete --ignore', 'delete --wait=false --ignore'))
    const ours =
      'clusterroles,clusterrolebindings,mutatingadmissionpolicies,mutatingadmissionpolicybindings,validatingadmissionpolicies,validatingadmissionpolicybindings,compositecontrollers'
    t.match(await remove('component!=crd'), { failure: undefined })
    t.same(await items(ours, '--selector', 'app.kubernetes.io/part-of=coinflip-operator'), [])
    t.same(
      (await items('coinflips')).map(({ metadata }) => metadata.name),
      ['kept'],
    )
    t.match(await remove('delete coinflips --all'), { failure: undefined })
    const crds = await items('crds')
    t.notOk(crds.some(({ metadata }) => metadata.name.startsWith('coinflips.')))
  })
})
