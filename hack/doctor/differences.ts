function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** `a.b[2]` below `path`. */
function below(path: string, key: string, isList: boolean): string {
  if (isList) return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

/**
 * The paths at which `found` differs from `wanted`. Additional fields, such as the API server fills
 * in, count only if `exact`; lists have to have the same length. Not by `kubectl diff`, which needs
 * the permission to patch what a reader of the cluster only wants to compare.
 */
export function differences(
  wanted: unknown,
  found: unknown,
  exact = false,
  path = '',
): readonly string[] {
  if (!isObject(wanted)) return wanted === found ? [] : [path]
  if (!isObject(found) || Array.isArray(wanted) !== Array.isArray(found)) return [path]
  const isList = Array.isArray(wanted)
  const all = exact || isList ? { ...found, ...wanted } : wanted
  return Object.keys(all).flatMap((key) =>
    differences(wanted[key], found[key], exact, below(path, key, isList)),
  )
}

/** The first few paths, and the number of the others. */
export function firstOf(paths: readonly string[], most = 2): string {
  const more = paths.length - most
  return paths.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
