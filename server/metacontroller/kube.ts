/** Metadata of a stored object, as far as hooks usually read it. */
export interface ObjectMeta {
  name: string
  namespace?: string | undefined
  uid?: string | undefined
  resourceVersion?: string | undefined
  generation?: number | undefined
  labels?: Record<string, string> | undefined
  annotations?: Record<string, string> | undefined
  creationTimestamp?: string | undefined
  deletionTimestamp?: string | undefined
  finalizers?: string[] | undefined
  ownerReferences?: OwnerReference[] | undefined
}

/** An owner of an object; the one with `controller` manages it. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean | undefined
  blockOwnerDeletion?: boolean | undefined
}

/** An object of any kind. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** Metadata that only the API server sets. */
export const serverFields = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
] as const

/** Where Metacontroller keeps what it has applied to a child. */
export const lastAppliedAnnotation = 'metacontroller.k8s.io/last-applied-configuration'

/** What all expressions of a selector must say about the labels of an object. */
export interface LabelSelector {
  matchLabels?: Readonly<Record<string, string>> | undefined
  matchExpressions?: readonly LabelExpression[] | undefined
}

export interface LabelExpression {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  values?: readonly string[] | undefined
}

/** The key under which Metacontroller sends objects of a kind, as in `Deployment.apps/v1`. */
export function kindKey(apiVersion: string, kind: string): string {
  return `${kind}.${apiVersion}`
}

/** Formats an object's place for a person: `default/name`, or `name` without a namespace. */
export function formatName({ namespace, name }: Pick<ObjectMeta, 'namespace' | 'name'>): string {
  return namespace ? `${namespace}/${name}` : name
}
