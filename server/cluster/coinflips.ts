import { apiVersion, plural } from '../domain/coinflip.ts'
import type { Answer, Api } from './api.ts'
import { compositeName } from './composite.ts'

/** Metacontroller names it after the CompositeController. */
export const finalizer = `metacontroller.io/compositecontroller-${compositeName}`

/** A CoinFlip without its flips, of which there may be many. */
export interface Metadata {
  namespace: string
  name: string
  deletionTimestamp?: string
  finalizers?: string[]
}

const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
/** Also how many are patched at once. */
const pageSize = 100

/** The names of the first few, and the number of the others. */
export function formatNames(
  objects: readonly { namespace: string; name: string }[],
  most = 5,
): string {
  const names = objects.slice(0, most).map(({ namespace, name }) => `${namespace}/${name}`)
  const more = objects.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Every CoinFlip of the cluster that has our finalizer; none where the CRD is not installed. */
export async function listWithFinalizer(api: Api): Promise<Metadata[] | { fault: string }> {
  const found: Metadata[] = []
  let token = ''
  do {
    const query = `limit=${pageSize}&continue=${encodeURIComponent(token)}`
    const answer = await api.call('GET', `/apis/${apiVersion}/${plural}?${query}`, { accept })
    if ('fault' in answer) return answer.code === 404 ? [] : answer
    const all: Metadata[] = answer.body.items.map(
      ({ metadata }: { metadata: Metadata }) => metadata,
    )
    found.push(...all.filter(({ finalizers }) => finalizers?.includes(finalizer)))
    token = answer.body.metadata.continue ?? ''
  } while (token !== '')
  return found
}

/** Removes our finalizer from an object; refused if its finalizers have changed. */
function removeFinalizer(api: Api, { namespace, name, finalizers }: Metadata): Promise<Answer> {
  const path = `/metadata/finalizers/${finalizers?.indexOf(finalizer)}`
  const body = [
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ]
  const of = `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`
  return api.call('PATCH', of, { body, type: 'application/json-patch+json' })
}

/** Removes our finalizer from objects, a page at a time; resolves to a fault that repeating does not mend. */
export async function removeFinalizers(
  api: Api,
  objects: readonly Metadata[],
): Promise<string | undefined> {
  for (let i = 0; i < objects.length; i += pageSize) {
    const page = objects.slice(i, i + pageSize).map((each) => removeFinalizer(api, each))
    for (const answer of await Promise.all(page))
      if ('fault' in answer && answer.code === 403) return answer.fault
  }
  return undefined
}
