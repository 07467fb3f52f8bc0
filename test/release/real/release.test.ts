import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { type Env, run } from '../../../hack/lib/process.ts'
import { program, scratch } from '../../lib/scratch.ts'
import { replaceDependencies } from '../dependencies.ts'
import { startRegistry } from '../registry.ts'
import { copyRepository } from '../repository.ts'
import { runJob } from '../workflow.ts'

const limitMs = 120_000
const version = '99.1.0-rc.1'
const digest = `sha256:${'5'.repeat(64)}`
const image = `ghcr.io/alice/coinflip-operator@${digest}`

const dir = await scratch(t)
const registry = await startRegistry(t)
const charts = `${registry.address}/alice/charts`
// Each command of a Go program trusts the registry, and none finds the logins of this machine.
const env: Env = {
  SSL_CERT_FILE: registry.ca,
  HELM_CACHE_HOME: join(dir, 'helm'),
  HELM_CONFIG_HOME: join(dir, 'helm'),
  DOCKER_CONFIG: join(dir, 'docker'),
}
const copy = await copyRepository(t, env)

/** Runs a command that must succeed. */
async function ask(command: string, ...args: string[]): Promise<string> {
  const { stdout, failure } = await run(command, args, { env: { ...process.env, ...env }, limitMs })
  if (failure !== undefined) throw new Error(`${command} ${args.join(' ')}: ${failure}`)
  return stdout
}

t.test('a version is written into the files, which can then be released', async (t) => {
  await copy.change('CHANGELOG.md', (text) =>
    text.replace(
      '## [Unreleased]\n',
      '## [Unreleased]\n\n### Fixed\n\n- A [link](SECURITY.md#bounds).\n',
    ),
  )
  const early = await copy.make('check-release', { TAG: `v${version}` })
  t.ok(early.failure)
  t.match(early.stderr, `package.json has the version `)
  t.match(early.stderr, `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`)
  const prepared = await copy.make('prepare-release', { VERSION: version })
  t.equal(prepared.failure, undefined)
  const checked = await copy.make('check-release', { TAG: `v${version}` })
  t.same([checked.failure, checked.stderr], [undefined, ''])
  t.equal(checked.stdout, `v${version} can be released\n`)
})

t.test('the owner is filled in everywhere', async (t) => {
  const placeholder = ['OW', 'NER'].join('')
  const { stdout: before } = await copy.run('git', 'grep', '-l', `${placeholder}/`)
  t.match(before, 'manifests/components/monitoring/prometheusrule.yaml')
  const filled = await copy.make('fill-owner', { OWNER: 'Alice' })
  t.equal(filled.failure, undefined)
  const { stdout: after } = await copy.run('git', 'grep', '-l', `${placeholder}/`)
  t.equal(after, '')
  const rule = await copy.read('manifests/components/monitoring/prometheusrule.yaml')
  t.match(rule, 'https://github.com/Alice/coinflip-operator/blob/main/docs/how-to/runbook.md#')
})

t.test('the files of the release are written', async (t) => {
  const chart = 'charts/coinflip-operator/Chart.yaml'
  const reachable = await replaceDependencies(t, await copy.read(chart), {
    dir,
    registry: registry.address,
    ask,
  })
  await copy.change(chart, () => reachable)
  const { failure, stderr } = await copy.make('release-files', { IMG: image })
  t.equal(failure, undefined, stderr)
})

const folder = join(copy.folder, 'dist/release')
const chartFile = join(folder, `files/coinflip-operator-${version}.tgz`)

t.test('each file has its checksum', async (t) => {
  const options = { cwd: join(folder, 'files'), env: process.env, limitMs }
  const { stdout, failure } = await run('sha256sum', ['--check', 'checksums.txt'], options)
  t.equal(failure, undefined)
  const checked = stdout.trimEnd().split('\n')
  const files = (await readdir(join(folder, 'files'))).filter((name) => name !== 'checksums.txt')
  t.same(checked.sort(), files.map((name) => `${name}: OK`).sort())
})

t.test('the SBOM lists the packages that the service is built from', async (t) => {
  const sbom = JSON.parse(await readFile(join(folder, 'files/sbom.cdx.json'), 'utf8'))
  const found = sbom.components.map(
    ({ name, version }: { name: string; version: string }) => `${name}@${version}`,
  )
  const { packages } = JSON.parse(await copy.read('package-lock.json'))
  const runtime = Object.entries<Record<string, unknown>>(packages)
    .filter(([path, { dev, optional, devOptional }]) => path && !dev && !optional && !devOptional)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
  t.ok(runtime.length > 20)
  t.same(found.sort(), [...new Set(runtime)].sort())
  const { name, version: ofService } = sbom.metadata.component
  t.same([name, ofService], ['coinflip-operator', version])
})

t.test('the manifests name the image by its digest', async (t) => {
  const text = await readFile(join(folder, 'files/install.yaml'), 'utf8')
  const objects = parseAllDocuments(text).map((document) => document.toJS())
  const service = objects.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'coinflip-operator',
  )
  t.equal(service.spec.template.spec.containers[0].image, image)
})

t.test('the notes are the changes of the version', async (t) => {
  const notes = await readFile(join(folder, 'notes.md'), 'utf8')
  const base = `https://github.com/Alice/coinflip-operator/blob/v${version}`
  t.match(notes, `- A [link](${base}/SECURITY.md#bounds).`)
  t.notMatch(notes, /^## /m)
})

/** A program that records its arguments, and then runs `body`. */
async function recorder(bin: string, name: string, body = ''): Promise<() => Promise<string[]>> {
  const file = join(dir, `${name}.txt`)
  await writeFile(file, '')
  await program(bin, name, `echo "$@" >> ${file}\n${body}`)
  return async () => (await readFile(file, 'utf8')).trimEnd().split('\n')
}

t.test('the workflow pushes the chart, signs all, and makes a release', async (t) => {
  const bin = join(dir, 'bin')
  await mkdir(bin)
  // Signing needs an identity that only GitHub gives.
  const cosign = await recorder(bin, 'cosign', '[ "$1" != sign-blob ] || touch "$4"')
  const gh = await recorder(bin, 'gh')
  // Helm and ORAS are there, and the registry needs no login.
  for (const name of ['docker', 'go']) await recorder(bin, name)
  const options = {
    cwd: folder,
    env: {
      ...process.env,
      ...env,
      PATH: `${bin}:${process.env.PATH}`,
      REGISTRY: registry.address,
      GITHUB_ACTOR: 'alice',
      GITHUB_PATH: join(dir, 'path.txt'),
      GITHUB_REF_NAME: `v${version}`,
      GITHUB_REPOSITORY_OWNER: 'Alice',
    },
    values: {
      'github.repository': 'Alice/coinflip-operator',
      'github.token': 'not-a-token',
      'needs.image.outputs.image': image,
    },
  }
  await runJob('chart', options)
  const pushed = (await ask('oras', 'resolve', `${charts}/coinflip-operator:${version}`)).trim()
  t.same(await cosign(), [
    `sign --yes ${charts}/coinflip-operator@${pushed}`,
    `attest --yes --type cyclonedx --predicate files/sbom.cdx.json ${image}`,
  ])
  await runJob('release', options)
  t.equal(
    (await cosign()).at(-1),
    'sign-blob --yes --bundle files/checksums.txt.sigstore.json files/checksums.txt',
  )
  const [create = ''] = await gh()
  const guide = await copy.read('docs/how-to/release.md')
  const names = await readdir(join(folder, 'files'))
  t.ok(names.includes('checksums.txt.sigstore.json'))
  for (const name of names) {
    t.ok(create.split(' ').includes(`files/${name}`), `${name} is on the page of the release`)
    t.ok(name.endsWith('.tgz') || guide.includes(`\`${name}\``), `${name} is documented`)
  }
  t.match(create, `release create v${version} --verify-tag`)
  t.match(create, '--prerelease')
})

t.test('a user gets the chart from the registry', async (t) => {
  const reference = ['--version', version, `oci://${charts}/coinflip-operator`]
  await mkdir(join(dir, 'pulled'))
  await ask('helm', 'pull', ...reference, '--destination', join(dir, 'pulled'))
  const sum = async (file: string) =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  t.equal(
    await sum(join(dir, `pulled/coinflip-operator-${version}.tgz`)),
    await sum(chartFile),
    'it is the file of the release',
  )
  const chart = parse(await ask('helm', 'show', 'chart', chartFile))
  t.same([chart.version, chart.appVersion], [version, version])
  const of = (name: string) => parse(chart.annotations[`artifacthub.io/${name}`])
  t.same(of('changes')[0], { kind: 'fixed', description: 'A link.' })
  t.equal(of('images')[0].image, image)
  const rendered = await ask('helm', 'template', 'coinflip', chartFile, '--kube-version', '1.36.0')
  t.match(rendered, `image: ${image}`)
  const readme = await ask('helm', 'show', 'readme', chartFile)
  t.match(
    readme,
    `](https://github.com/Alice/coinflip-operator/blob/v${version}/docs/how-to/access.md)`,
  )
})

t.test('Artifact Hub gets its metadata from the registry', async (t) => {
  const reference = `${charts}/coinflip-operator:artifacthub.io`
  await ask('oras', 'pull', reference, '--output', join(dir, 'hub'))
  t.equal(
    await readFile(join(dir, 'hub/artifacthub-repo.yml'), 'utf8'),
    await copy.read('charts/artifacthub-repo.yml'),
  )
  const manifest = JSON.parse(await ask('oras', 'manifest', 'fetch', reference))
  t.same(
    [manifest.config.mediaType, manifest.layers[0].mediaType],
    [
      'application/vnd.cncf.artifacthub.config.v1+yaml',
      'application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml',
    ],
  )
})
