import t from 'tap'
import { readDocuments } from '../../../hack/lib/manifests.ts'
import { deployedLabels, otherSelector } from '../../../hack/metacontroller/composite.ts'
import { findFault } from '../../../hack/metacontroller/manifests.ts'
import {
  deployedFlags,
  flagOf,
  isTooOld,
  type Metacontroller,
  metacontrollersIn,
  pinnedImage,
} from '../../../hack/metacontroller/metacontroller.ts'
import { planMetacontroller } from '../../../hack/metacontroller/plan.ts'
import { commandOf } from '../../../hack/run/metacontroller.ts'
import { findObstacle } from '../../../hack/run/obstacle.ts'

/** A StatefulSet with these containers, as kubectl prints it. */
const workload = (name: string, containers: object[], labels = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, namespace: 'metacontroller', labels },
  spec: { replicas: 2, template: { spec: { containers } } },
})

const args = ['--leader-election', '--workers=50', '-client-go-qps', '200', '--client-go-burst=400']
const [fast] = metacontrollersIn([workload('metacontroller', [{ image: pinnedImage, args }])]) as [
  Metacontroller,
]

t.test('finds Metacontrollers among the workloads of a cluster', async (t) => {
  const selecting = [...args, '--target-label-selector=team=a']
  const ours = { 'games.example.com/brought-by': 'deploy' }
  const image = 'registry:5000/mirror/metacontroller:v4.17.2@sha256:00'
  const found = metacontrollersIn([
    workload('web', [{ image: 'nginx' }]),
    workload('metacontroller', [{ image: 'sidecar:1' }, { image, args: selecting }], ours),
    workload('renamed', [
      { image: 'mc:1', command: ['/usr/bin/metacontroller', '--leader-election=false'] },
    ]),
  ])
  const defaults = { workers: 5, queriesPerSecond: 5, burst: 10, electsLeader: false, selector: '' }
  t.match(found, [
    {
      ...{ name: 'statefulset metacontroller/metacontroller', image, installedByUs: true },
      ...{ replicas: 2, selector: 'team=a', electsLeader: true },
      ...{ workers: 50, queriesPerSecond: 200, burst: 400 },
    },
    { name: 'statefulset metacontroller/renamed', ...defaults, installedByUs: false },
  ])
  t.equal(found.length, 2)
})

t.test('runs Metacontroller with the flags that the manifests deploy', async (t) => {
  const [operations] = readDocuments('components/metacontroller-production/statefulset.yaml')
  const args = (operations as { path: string; value: unknown }[])
    .filter(({ path }) => path.endsWith('/args/-'))
    .map(({ value }) => value)
  t.same(args, ['--leader-election', ...deployedFlags])
})

for (const [words, value] of [
  [['--workers=5'], '5'],
  [['-workers=5'], '5'],
  [['--workers', '5'], '5'],
  [['--workers-more=5'], undefined],
  [['--selector=a=b,c!=d'], undefined],
] as const)
  t.equal(flagOf(words, 'workers'), value, words.join(' '))

for (const [image, old] of [
  ['ghcr.io/metacontroller/metacontroller:v4.17.1', true],
  ['metacontrollerio/metacontroller:v4.11.6-distroless', true],
  ['ghcr.io/metacontroller/metacontroller:v4.17.2', false],
  ['ghcr.io/metacontroller/metacontroller:4.18.0', false],
  ['registry:5000/metacontroller', false],
  ['ghcr.io/metacontroller/metacontroller@sha256:4170', false],
] as const)
  t.equal(isTooOld({ image }), old, `${image} is ${old ? '' : 'not known to be '}too old`)

const old = { ...fast, image: 'metacontroller:v4.16.0' }
for (const [name, found, plan] of [
  ['none: it is installed', [], { kind: 'install', why: /none/ }],
  ['one that takes all: it is used', [fast], { kind: 'use', hints: [] }],
  ['one that leaves `run` alone', [{ ...fast, selector: otherSelector }], { kind: 'use' }],
  ['few workers: a hint', [{ ...fast, workers: 5 }], { kind: 'use', hints: [/5 workers and 200/] }],
  [
    'few workers without a limit: a hint',
    [{ ...fast, workers: 5, queriesPerSecond: -1 }],
    { kind: 'use', hints: [/5 workers and no limit, .*--client-go-qps=-1/] },
  ],
  [
    'a low limit: a hint',
    [{ ...fast, queriesPerSecond: 5 }],
    { kind: 'use', hints: [/ 5 queries/] },
  ],
  [
    'one without a limit: it is used',
    [{ ...fast, queriesPerSecond: -1 }],
    { kind: 'use', hints: [] },
  ],
  ['no version: a hint', [{ ...fast, image: 'mc:dev' }], { kind: 'use', hints: [/mc:dev/] }],
  ['an old one is refused', [old], { kind: 'refuse', why: /4\.16\.0.*4\.17\.2/ }],
  [
    'an old one of ours is updated',
    [{ ...old, installedByUs: true }],
    { kind: 'install', why: /4\.16\.0/ },
  ],
  ['one that passes over us', [{ ...fast, selector: 'a=b' }], { kind: 'refuse', why: /a=b/ }],
  ['one that is switched off', [{ ...fast, replicas: 0 }], { kind: 'refuse', why: /0 replicas/ }],
  ['two', [fast, { ...fast, name: 'b' }], { kind: 'refuse', why: /and b would both/ }],
  ['two, one for others', [fast, { ...fast, selector: 'a=b' }], { kind: 'use' }],
] as const)
  t.match(planMetacontroller(found, deployedLabels), plan, `deploy finds ${name}`)

const composite = (labels: Record<string, string>, annotations = {}) => ({
  apiVersion: 'v1',
  kind: 'CompositeController',
  metadata: { name: 'coinflip', labels, annotations },
})
const host = { 'games.example.com/runs-on': 'host' }
for (const [name, present, found, why] of [
  ['nothing', undefined, [], undefined],
  ['one that takes all', undefined, [fast], /--target-label-selector='games.*!=host'/],
  ['one that leaves it alone', undefined, [{ ...fast, selector: otherSelector }], undefined],
  ['a deployment', composite(deployedLabels), [], /deployed.*`make undeploy` first/],
  ['a run elsewhere', composite(host, { 'games.example.com/run-by': 'far/1' }), [], /far/],
] as const)
  t.match(findObstacle(present, found) ?? 'none', why ?? 'none', `run finds ${name}`)

t.test('accepts manifests only with a supported version', async (t) => {
  const objects = (image: string) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'a' },
      spec: { template: { spec: { containers: [{ image }] } } },
    },
  ]
  for (const [image, fault] of [
    [pinnedImage, undefined],
    ['ghcr.io/metacontroller/metacontroller:v4.18.0', undefined],
    ['ghcr.io/metacontroller/metacontroller:v4.17.1', /older than 4\.17\.2/],
    ['mirror/metacontroller:ours', undefined],
  ] as const)
    t.match(findFault(objects(image)) ?? 'none', fault ?? 'none', image)
  t.match(findFault([]), /no Metacontroller/)
})

t.test('runs Metacontroller as a program or in a container', async (t) => {
  const flags = ['-workers', '50']
  const program = commandOf({ kind: 'binary', path: '/bin/mc' }, '/k', flags)
  t.same(program, ['/bin/mc', '-kubeconfig', '/k', '-workers', '50'])
  const container = commandOf({ kind: 'image', image: 'mc:1', container: 'c' }, '/k', flags).join(
    ' ',
  )
  t.match(container, /^docker run --rm --name c --network host .*--volume \/k:\/kubeconfig:ro/)
  t.match(container, / mc:1 -kubeconfig \/kubeconfig -workers 50$/)
})
