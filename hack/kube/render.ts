import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { UserError } from '../lib/user-error.ts'
import { kubectlWith } from './kubectl.ts'
import { type KubeObject, runFolder, yamlOf } from './objects.ts'

/** What this project composes with kustomize, beyond what stands in manifests/. */
export interface Kustomization {
  resources: string[]
  components?: string[]
  images?: object[]
  configMapGenerator?: object[]
  patches?: object[]
}

/** Where manifests/ is, seen from a kustomization that `render` writes. */
export const manifests = '../../manifests'

/** The objects in the YAML that kubectl printed. */
export function parseObjects(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object) => object !== null)
}

/** Writes a kustomization into `.run/NAME` and answers what comes out of it. */
export async function render(name: string, kustomization: Kustomization): Promise<KubeObject[]> {
  const folder = join(runFolder, name)
  await mkdir(folder, { recursive: true })
  const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }
  await writeFile(join(folder, 'kustomization.yaml'), yamlOf([{ ...head, ...kustomization }]))
  const { stdout, failure } = await kubectlWith()(['kustomize', folder])
  if (failure !== undefined) throw new UserError(`kubectl kustomize ${folder}: ${failure}`)
  return parseObjects(stdout)
}
