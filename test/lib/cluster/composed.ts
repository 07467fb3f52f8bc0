import { mkdtempSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/lib/manifests.ts'
import type { Environment } from './environment.ts'

/** Renders a kustomization of a base and components. */
export async function compose(
  { dir, kubectl }: Pick<Environment, 'dir' | 'kubectl'>,
  base: string,
  components: readonly string[],
): Promise<KubeObject[]> {
  const folder = mkdtempSync(join(dir, 'kustomization-'))
  const from = (path: string) => relative(folder, resolve(path))
  const content = { resources: [from(base)], components: components.map(from) }
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(content))
  return parseObjects(await kubectl('kustomize', folder))
}
