import type { ChildKind, UpdateStrategy } from '../declaration.ts'
import {
  formatName,
  type KubeObject,
  kindKey,
  lastAppliedAnnotation,
  type ObjectMeta,
  serverFields,
} from '../kube.ts'
import { type ApiServer, placeOf } from './api-server.ts'
import { merge } from './merge.ts'
import { isEqual, sortedJson } from './values.ts'

/** The owner that manages an object, if it has one. */
export function findController(object: KubeObject) {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true)
}

/** The reference with which a parent owns its children. */
export function ownerReference({ apiVersion, kind, metadata: { name, uid = '' } }: KubeObject) {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}

/** Objects as Metacontroller sends them, with a group for each kind even if it is empty. */
export function groupObjects(
  kinds: readonly { apiVersion: string; kind: string }[],
  objects: readonly KubeObject[],
): Record<string, Record<string, KubeObject>> {
  const groups = Object.fromEntries(
    kinds.map(({ apiVersion, kind }) => [kindKey(apiVersion, kind), {}]),
  ) as Record<string, Record<string, KubeObject>>
  for (const object of objects) {
    const group = groups[kindKey(object.apiVersion, object.kind)]
    if (group) group[formatName(object.metadata)] = object
  }
  return groups
}

function withAnnotation(object: KubeObject, name: string, value: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [name]: value }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** What an observed child becomes by what is desired: the desired fields over those of others. */
function buildUpdate(observed: KubeObject, desired: KubeObject): KubeObject {
  const record = observed.metadata.annotations?.[lastAppliedAnnotation]
  const applied = record === undefined ? {} : JSON.parse(record)
  const { [lastAppliedAnnotation]: _, ...annotations } = desired.metadata.annotations ?? {}
  const wanted = desired.metadata.annotations
    ? { ...desired, metadata: { ...desired.metadata, annotations } }
    : desired
  const { status: __, ...merged } = merge(observed, applied, wanted) as KubeObject
  const metadata: Record<string, unknown> = { ...merged.metadata }
  for (const field of serverFields) metadata[field] = observed.metadata[field as keyof ObjectMeta]
  const status = observed.status === undefined ? {} : { status: observed.status }
  const next = { ...merged, ...status, metadata: metadata as unknown as ObjectMeta }
  // As Metacontroller does, with all that was sent: fields of the server in it change each time.
  return withAnnotation(next, lastAppliedAnnotation, sortedJson(wanted))
}

/** The changes of children that an answer leads to. */
export interface ChildManager {
  api: ApiServer
  parent: KubeObject
  kinds: readonly (ChildKind & { kind: string })[]
}

function strategyOf({ kinds }: ChildManager, child: KubeObject): UpdateStrategy {
  const group = (apiVersion: string) => apiVersion.split('/').slice(0, -1).join('/')
  const found = kinds.find(
    ({ apiVersion, kind }) => kind === child.kind && group(apiVersion) === group(child.apiVersion),
  )
  return found?.updateStrategy ?? 'OnDelete'
}

function apply(manager: ChildManager, observed: KubeObject | undefined, desired: KubeObject): void {
  const { api, parent } = manager
  if (!observed) {
    const { ownerReferences = [] } = desired.metadata
    const applied = withAnnotation(desired, lastAppliedAnnotation, sortedJson(desired))
    const references = [...ownerReferences, ownerReference(parent)]
    // It exists already where somebody else owns it, which is no error.
    api.create({ ...applied, metadata: { ...applied.metadata, ownerReferences: references } })
    return
  }
  const next = buildUpdate(observed, desired)
  if (isEqual(next, observed) || observed.metadata.deletionTimestamp) return
  const strategy = strategyOf(manager, desired)
  if (strategy === 'Recreate') api.delete(observed)
  if (strategy !== 'InPlace') return
  const { resourceVersion } = observed.metadata
  // Somebody has changed it since: the next sync sees that.
  api.update(observed, (now) => (now.metadata.resourceVersion === resourceVersion ? next : now))
}

/** Deletes, creates and updates children so that they become what an answer says. */
export function manageChildren(
  manager: ChildManager,
  observed: readonly KubeObject[],
  desired: readonly KubeObject[],
): void {
  const wanted = new Set(desired.map(placeOf))
  for (const child of observed)
    if (!wanted.has(placeOf(child)) && !child.metadata.deletionTimestamp) manager.api.delete(child)
  const byPlace = new Map(observed.map((child) => [placeOf(child), child]))
  for (const child of desired) apply(manager, byPlace.get(placeOf(child)), child)
}
