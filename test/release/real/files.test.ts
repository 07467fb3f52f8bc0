import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { run } from '../../../hack/lib/process.ts'
import { pinnedVersion } from '../../../hack/metacontroller/metacontroller.ts'
import { image, makeRelease, version } from '../release.ts'

const { copy, folder, chartFile, ask } = await makeRelease(t)

t.test('each file has its checksum', async (t) => {
  const options = { cwd: join(folder, 'files') }
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

/** The objects in a file of the release. */
async function objectsIn(name: string) {
  const text = await readFile(join(folder, 'files', name), 'utf8')
  return parseAllDocuments(text).map((document) => document.toJS())
}

t.test('the manifests name the image by its digest', async (t) => {
  const names = (await readdir(join(folder, 'files'))).filter((name) => name.startsWith('install'))
  t.ok(names.includes('install.yaml'))
  for (const name of names) {
    const service = (await objectsIn(name)).find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'coinflip-operator',
    )
    t.equal(service.spec.template.spec.containers[0].image, image, name)
  }
})

t.test('the manifests of Metacontroller have its CRDs and its pinned image', async (t) => {
  const objects = await objectsIn('metacontroller.yaml')
  const names = objects.map(({ metadata }) => metadata.name)
  t.ok(names.includes('compositecontrollers.metacontroller.k8s.io'))
  const controller = objects.find(({ kind }) => kind === 'StatefulSet')
  t.match(controller.spec.template.spec.containers[0].image, `:v${pinnedVersion}`)
})

t.test('the notes are the changes of the version', async (t) => {
  const notes = await readFile(join(folder, 'notes.md'), 'utf8')
  const base = `https://github.com/Alice/coinflip-operator/blob/v${version}`
  t.match(notes, `- A [link](${base}/SECURITY.md#bounds).`)
  t.notMatch(notes, /^## /m)
})

t.test('the chart has the version, the changes, and the image by its digest', async (t) => {
  const chart = parse(await ask('helm', 'show', 'chart', chartFile))
  t.same([chart.version, chart.appVersion], [version, version])
  const of = (name: string) => parse(chart.annotations[`artifacthub.io/${name}`])
  t.same(of('changes')[0], { kind: 'fixed', description: 'A link.' })
  t.equal(of('images')[0].image, image)
  const rendered = await ask('helm', 'template', 'coinflip', chartFile, '--kube-version', '1.36.0')
  t.match(rendered, `image: ${image}`)
  const readme = await ask('helm', 'show', 'readme', chartFile)
  const guides = `https://github.com/Alice/coinflip-operator/blob/v${version}/docs/how-to`
  t.match(readme, `](${guides}/access.md)`)
})
