import { isValues, type Values } from './values.ts'

/** Fields by which Metacontroller takes a list of objects for a map, the first that all have. */
const mergeKeys = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path']

function findMergeKey(lists: readonly (readonly unknown[])[]): string | undefined {
  const items = lists.flat()
  if (items.length === 0 || !items.every(isValues)) return undefined
  return mergeKeys.find((name) => items.every((item) => name in (item as Values)))
}

function mergeLists(
  observed: readonly unknown[],
  applied: readonly unknown[],
  desired: readonly unknown[],
): readonly unknown[] {
  const name = findMergeKey([observed, applied, desired])
  if (name === undefined) return desired
  const byKey = (list: readonly unknown[]) =>
    Object.fromEntries((list as Values[]).map((item) => [`${item[name]}`, item]))
  const merged = mergeFields(byKey(observed), byKey(applied), byKey(desired))
  // Items stay in their order; new ones follow.
  const keys = [...observed, ...desired].map((item) => `${(item as Values)[name]}`)
  return [...new Set(keys)].filter((key) => key in merged).map((key) => merged[key])
}

function mergeFields(observed: Values, applied: Values, desired: Values): Values {
  const merged: Record<string, unknown> = { ...observed }
  for (const name of Object.keys(applied)) if (!(name in desired)) delete merged[name]
  for (const [name, value] of Object.entries(desired))
    merged[name] = merge(observed[name], applied[name], value)
  return merged
}

/**
 * Merges what was desired into what was observed, by what was applied before: fields that were
 * applied and are no longer desired go, others that someone else has set stay.
 */
export function merge(observed: unknown, applied: unknown, desired: unknown): unknown {
  if (isValues(observed) && isValues(desired))
    return mergeFields(observed, isValues(applied) ? applied : {}, desired)
  if (Array.isArray(observed) && Array.isArray(desired))
    return mergeLists(observed, Array.isArray(applied) ? applied : [], desired)
  return desired
}
