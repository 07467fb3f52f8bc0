/** The result of a run of tap. */
export interface TapResult {
  passed: number
  failed: number
  /** The skipped tests, each with its reason. */
  skipped: string[]
}

/** Reads the result from raw TAP; counts assertions, not files. */
export function readTap(text: string): TapResult {
  const summary = /^# \{ total: \d+.*\}$/m.exec(text)?.[0] ?? ''
  const count = (what: string) => Number(new RegExp(`\\b${what}: (\\d+)`).exec(summary)?.[1] ?? 0)
  const skips = text.matchAll(/^ *ok \d+ - (.*?) # SKIP ?(.*)$/gm)
  const skipped = [...skips].map(([, name, reason]) => (reason ? `${name} (${reason})` : `${name}`))
  return { passed: count('pass'), failed: count('fail'), skipped }
}
