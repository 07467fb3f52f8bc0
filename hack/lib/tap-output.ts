/** What a run of tap came to. */
export interface TapResult {
  passed: number
  failed: number
  /** The skipped tests, each with the reason that it gave. */
  skipped: string[]
}

/** Reads the result out of raw TAP as tap writes it; assertions are counted, not files. */
export function readTap(text: string): TapResult {
  const summary = /^# \{ total: \d+.*\}$/m.exec(text)?.[0] ?? ''
  const count = (what: string) => Number(new RegExp(`\\b${what}: (\\d+)`).exec(summary)?.[1] ?? 0)
  const skips = text.matchAll(/^ *ok \d+ - (.*?) # SKIP ?(.*)$/gm)
  const skipped = [...skips].map(([, name, reason]) => (reason ? `${name} (${reason})` : `${name}`))
  return { passed: count('pass'), failed: count('fail'), skipped }
}

/**
 * Shortens raw TAP for a log, line by line: of each file its last line, and all that it wrote if
 * it failed; then everything behind the tests, as the coverage.
 */
export function shortener(write: (line: string) => void): (line: string) => void {
  let held: string[] = []
  let over = false
  return (line) => {
    if (line === '' && held.length === 0 && !over) return
    held.push(line)
    over ||= line.startsWith('# { total: ')
    const failed = line.startsWith('not ok ')
    if (over || failed) for (const each of held) write(each)
    else if (line.startsWith('ok ')) write(line)
    else return
    held = []
  }
}
