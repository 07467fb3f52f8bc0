import type { Static, TSchema } from 'typebox'
import type { CrdDetails } from './crd.ts'
import type { KubeObject, LabelExpression, LabelSelector } from './kube.ts'
import { checkStructural } from './structural.ts'

/** A kind of objects. Its declaration's key is the `kind`, unless another is given. */
export interface Kind {
  /** Group and version, as in `apps/v1`; `v1` for the core group. */
  apiVersion: string
  /** Plural of the kind in lower case, as in `deployments`. */
  resource: string
  kind?: string
  /** Whether its objects have a namespace; Namespaced by default. */
  scope?: 'Namespaced' | 'Cluster'
  /**
   * Gives the objects their type: a TypeBox schema, or `Type.Unsafe<ConfigMap>({})` for a type of
   * TypeScript. The objects of a call are not validated by it.
   */
  schema?: TSchema
}

/** How a child is changed to match the answer. OnDelete, the default, never changes one. */
export type UpdateStrategy =
  | 'OnDelete'
  | 'Recreate'
  | 'InPlace'
  | 'RollingRecreate'
  | 'RollingInPlace'

/** A kind of children that a hook answers with. */
export interface ChildKind extends Kind {
  updateStrategy?: UpdateStrategy
  /** Conditions that a child must have before a rolling update continues with the next. */
  statusChecks?: readonly { type: string; status?: string; reason?: string }[]
}

/** The kind that a CompositeController watches. */
export interface ParentKind extends Omit<Kind, 'kind' | 'schema'> {
  kind: string
  /** Schema of the parent as far as it is read; a call that does not match it is refused with 400. */
  schema: TSchema
  /** Schema of `status`; other fields are not sent. */
  status: TSchema
  /** Only parents with these labels; without it all. */
  labelSelector?: LabelSelector
  /** Whether a changed status, and nothing else, causes no call. */
  ignoreStatusChanges?: boolean
  /** Fields whose change starts a rolling update; `spec` by default. */
  revisionHistory?: readonly string[]
  /** For a kind of your own: what its CustomResourceDefinition has besides the schemas. */
  crd?: CrdDetails
}

interface Declaration {
  /** Name of the controller, the same in every cluster: finalizers contain it. */
  name: string
  /** Kinds of objects that `customize` selects; with them there is a customize hook. */
  related?: Readonly<Record<string, Kind>>
  /** Whether there is a finalize hook, which holds deletions up until it allows them. */
  finalize?: boolean
  /** Seconds after which every object is synced again without a change. */
  resyncPeriodSeconds?: number
}

/** A CompositeController: a parent, and the children that its hooks answer with. */
export interface CompositeDeclaration extends Declaration {
  parent: ParentKind
  children?: Readonly<Record<string, ChildKind>>
  /**
   * Whether children are found by a label that Metacontroller adds, true by default; false for a
   * parent with a selector in `spec.selector`, which the labels of its children must match.
   */
  generateSelector?: boolean
}

/** A kind that a DecoratorController adds to, and which of its objects. */
export interface DecoratedKind extends Kind {
  labelSelector?: LabelSelector
  annotationSelector?: {
    matchAnnotations?: Readonly<Record<string, string>>
    matchExpressions?: readonly LabelExpression[]
  }
  ignoreStatusChanges?: boolean
}

/** A DecoratorController: existing objects, and what its hooks add to them. */
export interface DecoratorDeclaration extends Declaration {
  resources: Readonly<Record<string, DecoratedKind>>
  /** Kinds of objects that are added; a rolling update is not possible. */
  attachments?: Readonly<
    Record<string, ChildKind & { updateStrategy?: 'OnDelete' | 'Recreate' | 'InPlace' }>
  >
  /** Schema of `status`, if the hooks write it; other fields are not sent. */
  status?: TSchema
}

export type Composite<D extends CompositeDeclaration = CompositeDeclaration> = D & {
  readonly type: 'CompositeController'
}
export type Decorator<D extends DecoratorDeclaration = DecoratorDeclaration> = D & {
  readonly type: 'DecoratorController'
}
export type Controller = Composite | Decorator

/** The finalizer with which Metacontroller holds up the deletion of an object for its finalize hook. */
export function finalizerOf({ type, name }: Pick<Controller, 'type' | 'name'>): string {
  return `metacontroller.io/${type.toLowerCase()}-${name}`
}

/** The parts of an object by which it is found; all objects of a call have them. */
interface Identity {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string | undefined }
}

/** The type of a kind's objects in a call. */
export type ObjectOf<K> = K extends { schema: infer S extends TSchema }
  ? Static<S> & Identity
  : KubeObject

/** Checks what every kind of a controller must have; throws an Error that names the place. */
function checkKinds(controller: string, place: string, kinds: Declaration['related']): void {
  const seen = new Map<string, string>()
  for (const [key, { apiVersion, resource, kind = key }] of Object.entries(kinds ?? {})) {
    const at = `${controller}: ${place}.${key}`
    if (!/^([a-z0-9.-]+\/)?v[a-z0-9]+$/.test(apiVersion))
      throw new Error(`${at}.apiVersion is "${apiVersion}", not of the form group/version or v1`)
    if (!/^[a-z0-9]+$/.test(resource))
      throw new Error(`${at}.resource is "${resource}", not a plural in lower case`)
    const same = seen.get(`${kind}.${apiVersion}`)
    if (same) throw new Error(`${at} is the same kind as ${place}.${same}`)
    seen.set(`${kind}.${apiVersion}`, key)
  }
}

function checkName(name: string): void {
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name))
    throw new Error(`the controller's name "${name}" is no name of Kubernetes`)
}

/**
 * Declares a CompositeController: its hooks are typed by it, and its manifest and CRD made of it.
 * Throws an Error that names the place where the cluster would refuse the manifest or the CRD.
 */
export function defineComposite<const D extends CompositeDeclaration>(
  declaration: D,
): Composite<D> {
  const { name, parent, children, related } = declaration
  checkName(name)
  checkKinds(name, 'parent', { [parent.kind]: parent })
  checkKinds(name, 'children', children)
  checkKinds(name, 'related', related)
  // The garbage collector deletes such an object, since it cannot find the owner.
  for (const [key, { scope }] of Object.entries(children ?? {}))
    if (scope === 'Cluster' && parent.scope !== 'Cluster')
      throw new Error(
        `${name}: children.${key} has no namespace, but its owner, the parent, has one`,
      )
  if (parent.crd) checkStructural(parent.kind, parent)
  return { ...declaration, type: 'CompositeController' }
}

/** Declares a DecoratorController: its hooks are typed by it, and its manifest made of it. */
export function defineDecorator<const D extends DecoratorDeclaration>(
  declaration: D,
): Decorator<D> {
  const { name, resources, attachments, related } = declaration
  checkName(name)
  checkKinds(name, 'resources', resources)
  checkKinds(name, 'attachments', attachments)
  checkKinds(name, 'related', related)
  return { ...declaration, type: 'DecoratorController' }
}
