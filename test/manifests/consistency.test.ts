import { basename, dirname, join } from 'node:path/posix'
import t from 'tap'
import { parse } from 'yaml'
import { manifestFiles, readDocuments, readManifests } from '../../hack/lib/manifests.ts'
import { apiVersion, plural } from '../../server/domain/coinflip.ts'

interface Hook {
  version: string
  webhook: { url: string; timeout: string }
}
interface Composite {
  parentResource: { apiVersion: string; resource: string; ignoreStatusChanges: boolean }
  generateSelector: boolean
  hooks: { sync: Hook; finalize: Hook }
}
interface Kustomization {
  namePrefix?: string
  nameSuffix?: string
  resources?: string[]
  components?: string[]
  patches?: { path?: string; patch?: string; target?: { kind: string } }[]
}
interface Operation {
  path: string
  value: unknown
}

const files = manifestFiles()
const kustomizations = files
  .filter((file) => basename(file) === 'kustomization.yaml')
  .map((file) => ({ folder: dirname(file), ...(readDocuments(file)[0] as Kustomization) }))
const [composite, ...others] = readManifests<Composite>('CompositeController')

/** The JSON patches of CompositeControllers, with the folder that each stands in. */
const patches = kustomizations.flatMap(({ folder, patches = [] }) =>
  patches
    .filter(({ target }) => target?.kind === 'CompositeController')
    .flatMap(({ path, patch }) =>
      patch === undefined ? readDocuments(join(folder, path ?? ''))[0] : parse(patch),
    )
    .map((operation: Operation) => ({ folder, ...operation })),
)

t.test('every file is valid YAML and part of a kustomization', async (t) => {
  const used = kustomizations.flatMap(({ folder, resources = [], patches = [] }) =>
    [...resources, ...patches.flatMap(({ path }) => path ?? [])].map((name) => join(folder, name)),
  )
  for (const file of files) {
    t.ok(
      readDocuments(file).every((document) => document !== null),
      `${file} is YAML`,
    )
    const alone = basename(file) === 'kustomization.yaml' || file.startsWith('samples/refused/')
    if (!alone) t.ok(used.includes(file), `${file} is used`)
  }
  const folders = kustomizations.map(({ folder }) => folder)
  for (const name of used) t.ok([...files, ...folders].includes(name), `${name} exists`)
})

t.test('every overlay has one CompositeController with the same name', async (t) => {
  t.equal(composite?.metadata.name, 'coinflip', 'the finalizer on stored objects carries it')
  t.same(others, [], 'there is no second one')
  t.ok(patches.length, 'overlays change it')
  t.notOk(
    patches.some(({ path }) => path.startsWith('/metadata/name')),
    'none changes its name',
  )
  const renaming = kustomizations.filter((each) => each.namePrefix ?? each.nameSuffix)
  t.same(renaming, [], 'no kustomization renames things')
  const { name } = composite?.metadata ?? {}
  for (const policy of readManifests('MutatingAdmissionPolicy'))
    t.match(JSON.stringify(policy), `metacontroller.io/compositecontroller-${name}\\"`, policy.file)
  const bindings = readManifests<{ paramRef: object }>('MutatingAdmissionPolicyBinding')
  for (const { file, spec } of bindings)
    t.same(spec.paramRef, { name, parameterNotFoundAction: 'Allow' }, `${file} follows it`)
})

t.test('the CompositeController uses hooks of version v2 for CoinFlips', async (t) => {
  t.match(composite?.spec, {
    parentResource: { apiVersion, resource: plural, ignoreStatusChanges: true },
    generateSelector: true,
    hooks: {
      sync: { version: 'v2', webhook: { timeout: '10s' } },
      finalize: { version: 'v2', webhook: { timeout: '10s' } },
    },
  })
})

t.test('every webhook has the address of the Service', async (t) => {
  const host = 'coinflip-operator.coinflip-system.svc'
  const [service] = readManifests<{ ports: { name: string; port: number }[] }>('Service', 'base/')
  const port = service?.spec.ports.find(({ name }) => name === 'hook')?.port
  t.equal(`${service?.metadata.name}.coinflip-system.svc`, host, 'which is the Service of base')
  const urls = [
    ['metacontroller', 'sync', composite?.spec.hooks.sync.webhook.url],
    ['metacontroller', 'finalize', composite?.spec.hooks.finalize.webhook.url],
    ...patches
      .filter(({ path }) => path.endsWith('/url'))
      .map(({ folder, path, value }) => [folder, path.split('/')[3], value]),
  ]
  const origins: Record<string, string> = {
    metacontroller: `http://${host}:${port}`,
    'components/tls': `https://${host}:${port}`,
    'overlays/host': 'http://127.0.0.1:8080',
  }
  t.equal(urls.length, 6, 'two of each kind')
  for (const [folder, hook, url] of urls)
    t.equal(url, `${origins[`${folder}`]}/${hook}`, `${hook} in ${folder}`)
})

t.test('every admission policy has a binding', async (t) => {
  for (const kind of ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy']) {
    const names = readManifests(kind).map(({ metadata }) => metadata.name)
    const bound = readManifests<{ policyName: string }>(`${kind}Binding`)
    t.ok(names.length, `there is a ${kind}`)
    t.same(
      bound.map(({ spec }) => spec.policyName),
      names,
      `each ${kind} has a binding`,
    )
  }
})
