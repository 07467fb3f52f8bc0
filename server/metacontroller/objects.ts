import type { Kind, ObjectOf } from './declaration.ts'
import { formatName, type KubeObject, kindKey } from './kube.ts'

/** The objects of one kind in a call. */
export interface Objects<T> extends Iterable<T> {
  readonly size: number
  /**
   * Finds an object by its name and namespace. Without a namespace it is found in that of the
   * parent, or has none, as objects of a cluster-scoped kind.
   */
  get(name: string, namespace?: string): T | undefined
}

/** Kinds as a controller declares them. */
export type Kinds = Readonly<Record<string, Kind>>

/** The objects of each declared kind, by the key of its declaration. */
export type ObjectsOf<K> = { readonly [N in keyof K]: Objects<ObjectOf<K[N]>> }

/** Objects as Metacontroller sends them: by `Kind.group/version`, then by `namespace/name`. */
export type SentObjects = Readonly<Record<string, Readonly<Record<string, KubeObject>>>>

function collect(sent: readonly KubeObject[], parentNamespace: string | undefined) {
  const byName = new Map(sent.map((object) => [formatName(object.metadata), object]))
  const objects: Objects<KubeObject> = {
    size: byName.size,
    get: (name, namespace = parentNamespace) =>
      byName.get(formatName({ namespace, name })) ?? byName.get(name),
    [Symbol.iterator]: () => byName.values(),
  }
  return objects
}

/** Reads the objects of a call; a kind of which none was sent is empty. */
export function readObjects<K extends Kinds>(
  kinds: K | undefined,
  sent: SentObjects | undefined,
  parentNamespace: string | undefined,
): ObjectsOf<K> {
  if (!kinds) return {} as ObjectsOf<K>
  const entries = Object.entries(kinds).map(([key, { apiVersion, kind = key }]) => {
    const group = sent?.[kindKey(apiVersion, kind)]
    return [key, collect(Object.values(group ?? {}), parentNamespace)]
  })
  return Object.fromEntries(entries)
}
