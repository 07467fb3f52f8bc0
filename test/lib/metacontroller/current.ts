import type { ChildKind, Controller, KubeObject } from '../../../server/metacontroller/index.ts'
import { isEqual, placeOf } from '../../../server/metacontroller/testing/index.ts'
import { subjectOf } from './trace.ts'
import type { RecordedCall } from './world.ts'

interface Answer {
  status?: object
  labels?: Record<string, string | null>
  annotations?: Record<string, string | null>
  children?: KubeObject[]
  attachments?: KubeObject[]
  finalized?: boolean
}

/** The objects of a call's field, flat. */
function sentObjects(body: RecordedCall['body'], ...fields: string[]): KubeObject[] {
  const groups = fields.flatMap((field) => Object.values((body[field] ?? {}) as object))
  return groups.flatMap((group) => Object.values(group as Record<string, KubeObject>))
}

const versionOf = (object: KubeObject) => `${placeOf(object)} ${object.metadata.resourceVersion}`
const versions = (objects: readonly KubeObject[]) => [...new Set(objects.map(versionOf))].sort()

/** Whether a controller is told of an object. */
export function isWatchedBy(controller: Controller, { kind, metadata }: KubeObject): boolean {
  if (controller.type === 'CompositeController') return kind === controller.parent.kind
  const isStamped = metadata.annotations?.stamp === 'yes' || metadata.finalizers !== undefined
  return kind in controller.resources && isStamped
}

/** Whether an object has everything that is desired of it, and whatever others have added. */
function contains(stored: unknown, desired: unknown): boolean {
  if (typeof desired !== 'object' || desired === null) return isEqual(stored ?? null, desired)
  const [have, want] = [Object.values(stored ?? {}), Object.entries(desired)]
  if (Array.isArray(desired))
    return desired.every((item) => have.some((each) => contains(each, item)))
  return want.every(([name, field]) => contains((stored as Record<string, unknown>)?.[name], field))
}

function isOwnedBy({ metadata: { uid } }: KubeObject, { metadata }: KubeObject): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid) === true
}

/** Whether what a call answered has been written: it is, later than the call has ended. */
function isWritten(
  controller: Controller,
  { answer }: RecordedCall,
  object: KubeObject,
  all: readonly KubeObject[],
): boolean {
  const { status, children, attachments, labels, annotations, finalized } = answer as Answer
  // The object goes away, or is no longer watched.
  if (finalized !== undefined) return false
  const observedGeneration = object.metadata.generation
  if (status && !isEqual({ ...status, observedGeneration }, object.status)) return false
  if (!contains(object.metadata, { labels: labels ?? {}, annotations: annotations ?? {} }))
    return false
  const kinds: Record<string, ChildKind> =
    (controller.type === 'CompositeController' ? controller.children : controller.attachments) ?? {}
  const desired = children ?? attachments ?? []
  const isSame = (one: KubeObject, { kind, metadata }: KubeObject) =>
    one.kind === kind &&
    one.metadata.name === metadata.name &&
    (one.metadata.namespace ?? object.metadata.namespace) === metadata.namespace
  const isStored = (wanted: KubeObject) => {
    const stored = all.find((each) => isSame(wanted, each))
    const isKept = (kinds[wanted.kind]?.updateStrategy ?? 'OnDelete') === 'OnDelete'
    const isAsWanted = isKept || !stored || !isOwnedBy(object, stored) || contains(stored, wanted)
    return stored !== undefined && isAsWanted
  }
  const isDesired = (stored: KubeObject) => desired.some((wanted) => isSame(wanted, stored))
  return desired.every(isStored) && all.filter((each) => isOwnedBy(object, each)).every(isDesired)
}

/** Whether a call has everything about an object as it is now, and its answer is written. */
export function isCurrent(
  controller: Controller,
  call: RecordedCall,
  object: KubeObject,
  related: readonly KubeObject[],
  all: readonly KubeObject[],
): boolean {
  const called = subjectOf(call)
  const isIgnoring =
    controller.type === 'CompositeController' && controller.parent.ignoreStatusChanges === true
  const visible = ({ metadata: { generation, labels, annotations } }: KubeObject) => ({
    generation,
    labels,
    annotations,
  })
  const isSame = isIgnoring
    ? isEqual(visible(called), visible(object))
    : versionOf(called) === versionOf(object)
  const children = all.filter((each) => isOwnedBy(object, each))
  return (
    isSame &&
    isWritten(controller, call, object, all) &&
    isEqual(versions(sentObjects(call.body, 'children', 'attachments')), versions(children)) &&
    isEqual(versions(sentObjects(call.body, 'related')), versions(related))
  )
}
