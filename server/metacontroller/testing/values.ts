export type Values = Readonly<Record<string, unknown>>

/** Whether a value is an object with named fields. */
export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isAbsent = (value: unknown) => value === undefined

/** Finds where two values of JSON differ first, as in `status.count`; undefined where they are equal. */
export function findDifference(a: unknown, b: unknown, path = ''): string | undefined {
  if (Object.is(a, b)) return undefined
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return path
    return findFirst(a.keys(), (i) => findDifference(a[i], b[i], `${path}[${i}]`))
  }
  if (!isValues(a) || !isValues(b)) return path
  return findFirst(new Set([...Object.keys(a), ...Object.keys(b)]), (name) =>
    isAbsent(a[name]) && isAbsent(b[name])
      ? undefined
      : findDifference(a[name], b[name], path === '' ? name : `${path}.${name}`),
  )
}

function findFirst<T, R>(all: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of all) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether two values of JSON are equal; a field that is undefined is an absent one. */
export function isEqual(a: unknown, b: unknown): boolean {
  return findDifference(a, b) === undefined
}

/** Writes JSON with the fields in the order of their names, as Go does. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, field) =>
    isValues(field) ? Object.fromEntries(Object.entries(field).sort(byName)) : field,
  )
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}
