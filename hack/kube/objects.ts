import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Result } from '../lib/process.ts'
import { root } from '../lib/root.ts'
import { UserError } from '../lib/user-error.ts'
import type { Kubectl } from './kubectl.ts'

/** A Kubernetes object of any kind. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  // biome-ignore lint/suspicious/noExplicitAny: each kind has another
  [field: string]: any
}

/** The folder for working files, which git ignores. */
export const runFolder = join(root, '.run')

/** Objects as a YAML 1.1 stream: Kubernetes reads a bare `y` or `on` as a boolean. */
export function yamlOf(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { version: '1.1' })).join('---\n')
}

/** Writes objects into a file below `.run`. */
export async function writeObjects(name: string, objects: readonly KubeObject[]): Promise<void> {
  const file = join(runFolder, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, yamlOf(objects))
}

/** Passes objects to a kubectl verb. */
export function send(
  kubectl: Kubectl,
  verb: readonly string[],
  objects: readonly KubeObject[],
): Promise<Result> {
  return kubectl([...verb, '--filename', '-'], { input: yamlOf(objects) })
}

/** Runs `kubectl apply`; throws a UserError if it fails. */
export async function apply(kubectl: Kubectl, objects: readonly KubeObject[]): Promise<void> {
  if (objects.length === 0) return
  const { failure } = await send(kubectl, ['apply'], objects)
  if (failure !== undefined) throw new UserError(`kubectl apply: ${failure}`)
}
