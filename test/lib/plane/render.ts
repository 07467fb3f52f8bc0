import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { readVersion } from '../../../hack/kube/context.ts'
import { ask, type Kubectl } from '../../../hack/kube/kubectl.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { componentsFor } from '../../../hack/kube/releases.ts'
import { parseObjects } from '../../../hack/lib/manifests.ts'
import { root } from '../../../hack/lib/root.ts'

/**
 * Renders a kustomization of a base and components, with the component that the release of the API
 * server needs. Paths are relative to the root of the repository.
 */
export async function renderFor(
  kubectl: Kubectl,
  base: string,
  components: readonly string[] = [],
): Promise<KubeObject[]> {
  const { version } = await readVersion(kubectl)
  const all = [
    ...components,
    ...componentsFor(version).map((name) => `manifests/components/${name}`),
  ]
  const folder = await mkdtemp(join(tmpdir(), 'coinflip-kustomization-'))
  const from = (path: string) => relative(folder, resolve(root, path))
  const content = { resources: [from(base)], components: all.map(from) }
  try {
    await writeFile(join(folder, 'kustomization.yaml'), stringify(content))
    return parseObjects(await ask(kubectl, 'kustomize', folder))
  } finally {
    await rm(folder, { recursive: true })
  }
}
