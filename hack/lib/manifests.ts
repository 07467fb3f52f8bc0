import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../kube/objects.ts'

/** A document of a YAML file; `file` is its path below manifests/. */
export interface Manifest<Spec = KubeObject['spec']> {
  file: string
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec: Spec
}

const root = fileURLToPath(new URL('../../manifests', import.meta.url))

/** The path of every YAML file below manifests/, with slashes. */
export function manifestFiles(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.split(sep).join('/'))
    .sort()
}

/** Parses the documents of a YAML stream; throws where it is not YAML. */
export function parseObjects(text: string): KubeObject[] {
  const documents = parseAllDocuments(text).map((document) => {
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) throw fault
    return document.toJS()
  })
  return documents.filter((document) => document !== null)
}

/** Reads the documents of a file below manifests/. */
export function readDocuments(file: string): unknown[] {
  return parseObjects(readFileSync(join(root, file), 'utf8'))
}

/** The objects of one kind in manifests/, or in one folder of it. */
export function readManifests<Spec = KubeObject['spec']>(
  kind: string,
  folder = '',
): Manifest<Spec>[] {
  return manifestFiles()
    .filter((file) => file.startsWith(folder))
    .flatMap((file) => readDocuments(file).map((document) => ({ file, ...(document as object) })))
    .filter((object): object is Manifest<Spec> => 'kind' in object && object.kind === kind)
}
