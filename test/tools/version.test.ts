import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { requireKubernetesVersion } from '../../hack/kube/context.ts'
import { componentsFor, costsOf, oldestKubernetes } from '../../hack/kube/releases.ts'
import { root } from '../../hack/lib/root.ts'
import { isBefore, parseVersion } from '../../hack/lib/version.ts'
import { releases } from '../lib/plane/assets.ts'

for (const [text, version] of [
  ['v1.36.3', [1, 36, 3]],
  ['v1.35.2-gke.1004000', [1, 35, 2]],
  ['v1.36.0+k3s1', [1, 36, 0]],
  ['1.35', [1, 35, 0]],
  ['4.17.2-distroless', [4, 17, 2]],
  ['latest', undefined],
  ['sha256', undefined],
  ['', undefined],
] as const)
  t.same(parseVersion(text), version, `${text || 'nothing'}`)

for (const [version, other, before] of [
  [[1, 34, 9], [1, 35, 0], true],
  [[1, 35, 0], [1, 35, 0], false],
  [[2, 0, 0], [1, 35, 0], false],
  [[4, 17, 1], [4, 17, 2], true],
  [[4, 9, 5], [4, 17, 2], true],
] as const)
  t.equal(isBefore(version, other), before, `${version.join('.')} before ${other.join('.')}`)

t.test('knows what a release lacks', async (t) => {
  for (const [minor, components, costs] of [
    [37, [], []],
    [36, [], []],
    [35, ['kubernetes-1.35'], [/1\.36 a deletion/]],
    [34, ['kubernetes-1.34'], [/1\.36 a deletion/, /1\.35 an append/]],
    [33, ['kubernetes-1.34'], [/1\.36 a deletion/, /1\.35 an append/]],
  ] as const) {
    t.same(componentsFor([1, minor, 0]), components, `1.${minor}`)
    t.match(costsOf([1, minor, 0]), costs)
    t.equal(costsOf([1, minor, 0]).length, costs.length)
  }
})

t.test('the documents name the releases that are supported and tested', async (t) => {
  const { oldest, usual, newest } = releases
  t.equal(oldest, oldestKubernetes.slice(0, 2).join('.'))
  const read = (file: string) => readFileSync(join(root, file), 'utf8').replaceAll(/\s+/g, ' ')
  t.match(read('docs/tutorial.md'), `Kubernetes ${oldest} or later`)
  t.match(
    read('CONTRIBUTING.md'),
    `Kubernetes than ${usual}, where \`KUBEBUILDER_ASSETS\` is not set. \`.ci/run e2e\` repeats ` +
      `some cases on the oldest release, ${oldest}, and on the newest, ${newest}.`,
  )
})

t.test('refuses a Kubernetes before 1.33', async (t) => {
  t.throws(
    () => requireKubernetesVersion({ context: 'old', version: [1, 32, 2] }),
    /^context old: .*1\.32\.2.*1\.33 or later/,
  )
  t.doesNotThrow(() => requireKubernetesVersion({ context: 'new', version: [1, 33, 0] }))
})
