import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { readDocuments } from '../../hack/lib/manifests.ts'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { pinnedVersion } from '../../hack/metacontroller/metacontroller.ts'
import { chartFolder } from '../lib/chart.ts'
import { chart, dir, helm, template } from './chart.ts'

const read = (file: string) => readFileSync(join(chartFolder, file), 'utf8')
const metadata = parse(read('Chart.yaml'))
const values = parse(read('values.yaml'))

t.test('has the version of the project', async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.equal(metadata.version, version)
  t.equal(metadata.appVersion, version)
})

t.test('packages the files of manifests/ that templates read, and no others', async (t) => {
  const { failure, stderr } = await helm('package', chart, '--destination', dir)
  t.equal(failure, undefined, stderr)
  const file = join(dir, `coinflip-operator-${metadata.version}.tgz`)
  const { stdout } = await run('tar', ['-tzf', file], { env: process.env, limitMs: 60_000 })
  const packaged = stdout.split('\n').flatMap((name) => /\/files\/(.*)/.exec(name)?.[1] ?? [])
  const templates = readdirSync(join(chartFolder, 'templates')).map((name) =>
    read(`templates/${name}`),
  )
  const text = templates.join('\n')
  t.ok(packaged.length > 10)
  for (const name of packaged) {
    const short = name.replace(/^.*\//, '').replace(/\.(yaml|json)$/, '')
    t.match(text, short, `${name} is read`)
  }
  const { stdout: rendered } = await helm('template', 'coinflip', file, '-n', 'coinflip-system')
  t.match(rendered, 'kind: CustomResourceDefinition', 'the package is complete')
})

t.test('keeps the CRD, since its deletion would delete every CoinFlip', async (t) => {
  const [crd, ...others] = (await template({})).filter(
    ({ kind }) => kind === 'CustomResourceDefinition',
  )
  t.equal(crd?.metadata.annotations?.['helm.sh/resource-policy'], 'keep')
  t.same(others, [])
})

t.test('installs Metacontroller as manifests/components/metacontroller-production', async (t) => {
  const dependency = metadata.dependencies.find(
    ({ alias }: { alias: string }) => alias === 'metacontroller',
  )
  t.equal(dependency.version, pinnedVersion)
  const folder = 'components/metacontroller-production'
  const [operations] = readDocuments(`${folder}/statefulset.yaml`) as [
    { path: string; value: unknown }[],
  ]
  const valueAt = (path: string) => operations.find((each) => each.path.endsWith(path))?.value
  const { metacontroller } = values
  t.equal(metacontroller.replicas, valueAt('/replicas'))
  const args = operations.filter(({ path }) => path.endsWith('/args/-')).map(({ value }) => value)
  t.same(metacontroller.commandArgs.slice(-args.length), args)
  t.same(metacontroller.resources, valueAt('/resources'))
  t.same(metacontroller.securityContext, valueAt('/containers/0/securityContext'))
  t.same(metacontroller.podSecurityContext, valueAt('/spec/securityContext'))
})

t.test('gives the Metacontroller that it installs the rights of least-privilege', async (t) => {
  const found = await template({ metacontroller: { enabled: true } })
  const [role] = readDocuments('components/least-privilege/clusterrole.yaml') as [{ rules: object }]
  const named = (kind: string) =>
    found.find((each) => each.kind === kind && each.metadata.name === 'metacontroller')
  t.same(named('ClusterRole')?.rules, role.rules)
  t.match(named('ClusterRoleBinding'), {
    roleRef: { kind: 'ClusterRole', name: 'metacontroller' },
    subjects: [{ kind: 'ServiceAccount', name: 'metacontroller', namespace: 'coinflip-system' }],
  })
})

t.test('replicates the stream over the NATS servers that it installs', async (t) => {
  const found = await template({ natsCluster: { enabled: true } })
  const settings = found.find(({ kind }) => kind === 'ConfigMap')
  t.match(settings?.data, {
    NATS_URL: 'nats://nats:4222',
    NATS_STREAM_REPLICAS: '3',
  })
  t.notOk(
    found.some(({ kind }) => kind === 'StatefulSet'),
    'without the server for evaluation',
  )
})

t.test('asks for the versions of Kubernetes that are supported', async (t) => {
  const old = ['--kube-version=1.32.9']
  await t.rejects(template({}, ...old), /chart requires kubeVersion: .* incompatible/)
})

t.test('the guide names values that exist', async (t) => {
  const guide = readFileSync(join(root, 'docs/how-to/helm.md'), 'utf8')
  const named = [...guide.matchAll(/`((?:\w+\.)*\w+)(?:=[^`\s]*)?`/g)].map(([, name = '']) => name)
  const paths = named.filter((name) => name.split('.')[0] === 'userId' || name.includes('.'))
  const isFile = (name: string) => /\.(md|yaml)$/.test(name)
  t.ok(paths.length > 10)
  for (const path of paths.filter((each) => !isFile(each))) {
    const parent = path.split('.').slice(0, -1)
    const group = parent.reduce((at, key) => at?.[key], values)
    t.ok(group && `${path.split('.').at(-1)}` in group, path)
  }
})
