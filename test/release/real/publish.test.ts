import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { program } from '../../lib/scratch.ts'
import { image, makeRelease, version } from '../release.ts'
import { runJob } from '../workflow.ts'

const { dir, registry, env, copy, folder, chartFile, ask } = await makeRelease(t)
const charts = `${registry.address}/alice/charts`

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
      ...env,
      PATH: `${bin}:${env.PATH}`,
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
