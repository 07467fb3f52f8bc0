import t from 'tap'
import { requireKubernetesVersion } from '../../hack/kube/context.ts'
import { isBefore, parseVersion } from '../../hack/lib/version.ts'

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

t.test('refuses a Kubernetes before 1.35', async (t) => {
  t.throws(
    () => requireKubernetesVersion({ context: 'old', version: [1, 34, 2] }),
    /^context old: .*1\.34\.2/,
  )
  t.doesNotThrow(() => requireKubernetesVersion({ context: 'new', version: [1, 35, 0] }))
})
