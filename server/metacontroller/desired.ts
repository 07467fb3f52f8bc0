import type { ObjectOf } from './declaration.ts'
import {
  formatName,
  type KubeObject,
  lastAppliedAnnotation,
  type ObjectMeta,
  type OwnerReference,
  serverFields,
} from './kube.ts'
import type { Kinds } from './objects.ts'

/** An object that should exist; the kind is that of the list which it is in. */
export type Desired<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'status'> & {
  apiVersion?: string
  kind?: string
  metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations'>
}

/** The objects that should exist, by the key of their kind's declaration. */
export type DesiredOf<K> = { [N in keyof K]?: readonly Desired<ObjectOf<K[N]>>[] }

/** An answer that Metacontroller must not apply: a bug of the hook. Its message is one short line. */
export class AnswerError extends Error {}

/** What the children of an answer depend on of their parent. */
export interface Owner {
  namespace: string | undefined
  uid: string | undefined
}

const isEmpty = (value: object) => Object.keys(value).length === 0

/**
 * Keeps of an object, observed or new, what a hook may decide. Fields of the server would differ in
 * each answer, and Metacontroller, whose record of what was applied has them, would update for ever.
 */
function clean(object: Desired<object>, kind: Identity, owner: Owner): KubeObject {
  const { status: _, ...rest } = object as Desired<object> & { status?: unknown }
  const metadata: Record<string, unknown> = { ...object.metadata }
  for (const field of serverFields) delete metadata[field]
  const { annotations, ownerReferences } = object.metadata as ObjectMeta
  if (annotations && lastAppliedAnnotation in annotations) {
    const { [lastAppliedAnnotation]: _, ...others } = annotations
    if (isEmpty(others)) delete metadata.annotations
    else metadata.annotations = others
  }
  // Metacontroller adds itself; once it was part of an answer, an answer without it would remove it.
  if (Array.isArray(ownerReferences)) {
    const others = ownerReferences.filter(({ uid }: OwnerReference) => uid !== owner.uid)
    if (others.length === 0) delete metadata.ownerReferences
    else metadata.ownerReferences = others
  }
  return { ...rest, ...kind, metadata: metadata as unknown as ObjectMeta }
}

interface Identity {
  apiVersion: string
  kind: string
}

/** Checks one object of an answer; throws an AnswerError that names it. */
function check(
  object: Desired<object>,
  { apiVersion, kind, isNamespaced }: Identity & { isNamespaced: boolean },
  owner: Owner,
): void {
  const { name, namespace } = object?.metadata ?? {}
  if (typeof name !== 'string' || name === '')
    throw new AnswerError(`a ${kind} of the answer has no metadata.name`)
  const called = `${kind} ${formatName({ namespace, name })}`
  const actual = [object.apiVersion ?? apiVersion, object.kind ?? kind].join(' ')
  if (actual !== `${apiVersion} ${kind}`)
    throw new AnswerError(`${called} of the answer is declared as ${apiVersion}, but is ${actual}`)
  if (owner.namespace !== undefined && namespace !== undefined && namespace !== owner.namespace)
    throw new AnswerError(
      `${called} of the answer is not in the namespace of its parent, ${owner.namespace}`,
    )
  if (!isNamespaced && namespace)
    throw new AnswerError(`${called} of the answer has a namespace, but its kind has none`)
  if (owner.namespace === undefined && isNamespaced && !namespace)
    throw new AnswerError(`${called} of the answer has no namespace, nor has its parent`)
}

/**
 * Turns the desired objects of an answer into the list that Metacontroller applies: without fields
 * that the server sets, in the order of the answer. Throws an AnswerError where one was not declared,
 * lacks a name, is in a namespace where the parent may have none, or appears twice.
 */
export function listDesired(kinds: Kinds | undefined, answer: unknown, owner: Owner): KubeObject[] {
  const list: KubeObject[] = []
  const seen = new Set<string>()
  if (Array.isArray(answer)) throw new AnswerError('the children of the answer are not by kind')
  for (const [key, objects] of Object.entries((answer ?? {}) as DesiredOf<Kinds>)) {
    const declared = kinds?.[key]
    if (!declared) throw new AnswerError(`the kind ${key} of the answer is not declared`)
    if (!objects) continue
    if (!Array.isArray(objects)) throw new AnswerError(`${key} of the answer is not a list`)
    const { apiVersion, kind = key, scope = 'Namespaced' } = declared
    for (const object of objects) {
      check(object, { apiVersion, kind, isNamespaced: scope === 'Namespaced' }, owner)
      const { name, namespace = owner.namespace } = object.metadata
      const called = `${kind} ${formatName({ namespace, name })}`
      if (seen.has(`${apiVersion} ${called}`))
        throw new AnswerError(`${called} is twice in the answer`)
      seen.add(`${apiVersion} ${called}`)
      list.push(clean(object, { apiVersion, kind }, owner))
    }
  }
  return list
}
