import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseObjects } from '../lib/manifests.ts'
import { UserError } from '../lib/user-error.ts'
import { kubectlWith } from './kubectl.ts'
import { type KubeObject, runFolder, yamlOf } from './objects.ts'

/** The fields of a kustomization that the tools write. */
export interface Kustomization {
  resources: string[]
  components?: string[]
  images?: object[]
  configMapGenerator?: object[]
  patches?: object[]
}

/** Path of manifests/ from a kustomization that `render` writes. */
export const manifests = '../../manifests'

/** Path of a component of manifests/, likewise. */
export const componentFolder = (name: string) => `${manifests}/components/${name}`

/** Writes a kustomization into `.run/NAME` and renders it. */
export async function render(name: string, kustomization: Kustomization): Promise<KubeObject[]> {
  const folder = join(runFolder, name)
  await mkdir(folder, { recursive: true })
  const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }
  await writeFile(join(folder, 'kustomization.yaml'), yamlOf([{ ...head, ...kustomization }]))
  const { stdout, failure } = await kubectlWith()(['kustomize', folder])
  if (failure !== undefined) throw new UserError(`kubectl kustomize ${folder}: ${failure}`)
  return parseObjects(stdout)
}
