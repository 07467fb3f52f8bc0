export type Version = readonly [major: number, minor: number, patch: number]

/** Reads `v1.36.3`, `1.35`, `v1.35.2-gke.1`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/.exec(text)
  if (!parts) return undefined
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return [major, minor, patch]
}

/** Whether `version` comes before `other`. */
export function isBefore(version: Version, other: Version): boolean {
  const at = version.findIndex((part, i) => part !== other[i])
  return at >= 0 && (version[at] ?? 0) < (other[at] ?? 0)
}
