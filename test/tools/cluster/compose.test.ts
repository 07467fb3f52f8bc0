import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { composeDeployment, imageReplacement } from '../../../hack/deploy/compose.ts'
import { deployedNatsUrl } from '../../../hack/deploy/deployed-settings.ts'
import { partsOf, secretsFor } from '../../../hack/deploy/parts.ts'
import { findDroppedSettings, hasDefaultClass } from '../../../hack/deploy/preflight.ts'
import type { DeploySettings } from '../../../hack/deploy/settings.ts'
import { yamlOf } from '../../../hack/kube/objects.ts'
import { root } from '../../../hack/lib/root.ts'

const name = 'coinflip-operator'
for (const [image, replacement] of [
  ['a/b:1', { name, newName: 'a/b', newTag: '1' }],
  ['host:5000/a/b', { name, newName: 'host:5000/a/b', newTag: 'latest' }],
  ['host:5000/a/b:1-x', { name, newName: 'host:5000/a/b', newTag: '1-x' }],
  ['a/b:1@sha256:0f', { name, newName: 'a/b', digest: 'sha256:0f' }],
] as const)
  t.same(imageReplacement(image), replacement, image)

const settings: DeploySettings = {
  image: 'a:1',
  natsUrl: undefined,
  natsCredentials: undefined,
  tls: true,
  others: {},
}
const usual = {
  store: 'volume',
  version: [1, 36, 0],
  certManager: false,
} as const
const own = { natsUrl: 'nats://h:4222,nats://h:4333,nats://i:4333' }

t.test('composes a deployment of the folders of manifests/', async (t) => {
  for (const [what, cluster, more, resources, components] of [
    ['as it is', {}, {}, ['overlays/default'], ['certificate']],
    ['without a volume', { store: 'pod' }, {}, ['overlays/kind'], ['certificate']],
    ['plain', {}, { tls: false }, ['overlays/default'], []],
    [
      'on 1.35',
      { version: [1, 35, 9] },
      {},
      ['overlays/default'],
      ['kubernetes-1.35', 'certificate'],
    ],
    [
      'on 1.34',
      { version: [1, 34, 9] },
      {},
      ['overlays/default'],
      ['kubernetes-1.34', 'certificate'],
    ],
    [
      'cert-manager',
      { certManager: true },
      {},
      ['overlays/default'],
      ['certificate', 'cert-manager'],
    ],
    [
      'another NATS',
      { store: 'none' },
      { ...own, natsCredentials: 'secret' },
      ['crd', 'base', 'admission', 'controller'],
      ['certificate', 'nats-credentials'],
    ],
  ] as const) {
    const composed = composeDeployment({ ...settings, ...more }, { ...usual, ...cluster })
    t.match(
      composed.resources,
      resources.map((folder) => `../../manifests/${folder}`),
      what,
    )
    t.same(
      composed.components,
      components.map((part) => `../../manifests/components/${part}`),
      what,
    )
    for (const folder of [...composed.resources, ...(composed.components ?? [])])
      t.ok(existsSync(join(root, '.run/deploy', folder, 'kustomization.yaml')), `${folder} exists`)
    t.notMatch(JSON.stringify(composed), /secret/, 'credentials stand in no kustomization')
  }
})

t.test('puts settings into the ConfigMap and opens egress to the servers', async (t) => {
  const others = { NATS_STREAM: 'OTHER' }
  const composed = composeDeployment({ ...settings, ...own, others }, { ...usual, store: 'none' })
  t.match(composed.configMapGenerator, [
    { behavior: 'merge', literals: ['NATS_STREAM=OTHER', `NATS_URL=${own.natsUrl}`] },
  ])
  const [patch] = composed.patches as { patch: string }[]
  t.same(JSON.parse(patch?.patch ?? ''), [
    { op: 'add', path: '/spec/egress/-', value: { ports: [{ port: 4333, protocol: 'TCP' }] } },
  ])
  const plain = composeDeployment({ ...settings, natsUrl: 'nats://h' }, { ...usual, store: 'none' })
  t.same(plain.patches, [], 'the usual port is open')
})

t.test('sorts objects into the parts of a deployment', async (t) => {
  const object = (kind: string) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } })
  const kinds = ['Namespace', 'CustomResourceDefinition', 'Deployment', 'CompositeController']
  const parts = partsOf(kinds.map((kind) => object(kind)))
  t.match(parts, {
    crds: [{ kind: 'CustomResourceDefinition' }],
    namespaces: [{ kind: 'Namespace' }],
    operator: [{ kind: 'Deployment' }, { kind: 'CompositeController' }],
  })
  t.equal(Object.values(parts).flat().length, kinds.length)
})

t.test('makes a Secret for the credentials', async (t) => {
  t.match(secretsFor({ natsCredentials: 'n' }), [
    { metadata: { name: 'coinflip-nats-credentials' }, stringData: { 'nats.creds': 'n' } },
  ])
  t.same(secretsFor({ natsCredentials: undefined }), [])
})

t.test('quotes names that YAML 1.1 would read as another type', async (t) => {
  const names = ['y', 'on', 'no', '1e3', '007', '1:30']
  const text = yamlOf(names.map((each) => ({ metadata: { name: each } })))
  const read = text.split('---\n').map((each) => parse(each, { version: '1.1' }).metadata.name)
  t.same(read, names)
})

t.test('uses a volume only with a default StorageClass', async (t) => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  const made = (metadata: object) => ({ apiVersion: 'v1', kind: 'StorageClass', metadata }) as never
  t.equal(hasDefaultClass([]), false)
  t.equal(hasDefaultClass([made({ name: 'a' })]), false)
  t.equal(hasDefaultClass([made({ name: 'a' }), made({ name: 'b', annotations })]), true)
})

t.test('names settings that a new deployment would drop', async (t) => {
  const present = { LOG_LEVEL: 'info', NATS_URL: 'nats://own:4222', NATS_STREAM: 'OTHER' }
  const none = { natsUrl: undefined, others: {} }
  t.same(findDroppedSettings(present, none), ['NATS_URL=nats://own:4222', 'NATS_STREAM=OTHER'])
  t.same(
    findDroppedSettings(present, { natsUrl: 'nats://new', others: { NATS_STREAM: 'COINFLIPS' } }),
    [],
  )
  t.same(findDroppedSettings({ NATS_URL: deployedNatsUrl }, none), [], 'our own server comes again')
  t.same(findDroppedSettings({}, none), [])
})
