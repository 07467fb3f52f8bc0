import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { root } from '../../hack/lib/root.ts'
import { isVersion, versionFaults, writeVersion } from '../../hack/release/versions.ts'
import { scratch } from '../lib/scratch.ts'

const files = {
  'package.json': '{\n  "name": "coinflip-operator",\n  "version": "0.1.0"\n}\n',
  'package-lock.json':
    '{ "name": "coinflip-operator", "version": "0.1.0", "packages": { "": { "name": "coinflip-operator", "version": "0.1.0" }, "x": { "version": "0.1.0" } } }',
  'charts/coinflip-operator/Chart.yaml':
    'name: coinflip-operator\nversion: 0.1.0\nappVersion: "0.1.0"\ndependencies:\n  - name: nats\n    version: 0.1.0\n',
  'README.md': 'make deploy IMG=registry.example.com/coinflip-operator:0.1.0\n',
  'docs/gitops.md':
    'github.com/a/coinflip-operator//manifests?ref=v0.1.0\nnewTag: 0.1.0\nversion=0.1.0\ngithub.com/a/coinflip-operator/releases/download/v0.1.0/x\ngithub.com/metacontroller/metacontroller//manifests?ref=v0.1.0\n',
  'docs/how-to/helm.md': 'helm install oci://ghcr.io/a/charts/coinflip-operator --version 0.1.0\n',
}

async function project(t: Test, changed: Record<string, string> = {}): Promise<string> {
  const dir = await scratch(t)
  for (const [file, text] of Object.entries({ ...files, ...changed })) {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await writeFile(join(dir, file), text)
  }
  return dir
}

t.test('every file of this repository has the version of package.json', async (t) => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  t.ok(isVersion(version))
  t.same(versionFaults(root, version), [])
})

t.test('a new version is written wherever the project has its own, and nowhere else', async (t) => {
  const dir = await project(t)
  t.same(writeVersion(dir, '0.2.0-rc.1').sort(), Object.keys(files).sort())
  t.same(versionFaults(dir, '0.2.0-rc.1'), [])
  const read = (file: string) => readFile(join(dir, file), 'utf8')
  t.match(await read('package-lock.json'), '"x": { "version": "0.1.0" }')
  t.match(await read('charts/coinflip-operator/Chart.yaml'), 'appVersion: "0.2.0-rc.1"\n')
  t.match(await read('charts/coinflip-operator/Chart.yaml'), '    version: 0.1.0')
  t.match(await read('docs/gitops.md'), 'metacontroller//manifests?ref=v0.1.0')
  t.same(writeVersion(dir, '0.2.0-rc.1'), [], 'a second time nothing changes')
})

for (const [name, changed, fault] of [
  [
    'an old appVersion',
    { 'charts/coinflip-operator/Chart.yaml': 'version: 0.1.0\nappVersion: 0.0.9\n' },
    'charts/coinflip-operator/Chart.yaml has the version 0.0.9 instead of 0.1.0',
  ],
  [
    'no appVersion',
    { 'charts/coinflip-operator/Chart.yaml': 'version: 0.1.0\n' },
    'charts/coinflip-operator/Chart.yaml has 1 version instead of 2',
  ],
  [
    'an old tag in a document',
    { 'docs/gitops.md': 'newTag: 0.0.9\nversion=0.0.9\n' },
    'docs/gitops.md has the version 0.0.9 instead of 0.1.0',
  ],
  [
    'an old lock file',
    {
      'package-lock.json':
        '"name": "coinflip-operator", "version": "0.0.9" "name": "coinflip-operator", "version": "0.1.0"',
    },
    'package-lock.json has the version 0.0.9 instead of 0.1.0',
  ],
] as const)
  t.test(`reports ${name}`, async (t) => {
    t.same(versionFaults(await project(t, changed), '0.1.0'), [fault])
  })

t.test('reports a missing file', async (t) => {
  t.same(versionFaults(await scratch(t), '0.1.0').length, 4)
})

for (const [text, expected] of [
  ['1.2.3', true],
  ['1.2.3-rc.1', true],
  ['v1.2.3', false],
  ['1.2', false],
  ['1.2.3-', false],
  ['1.2.3+build', false],
] as const)
  t.equal(isVersion(text), expected, text)
