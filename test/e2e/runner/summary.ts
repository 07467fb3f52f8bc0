import type { Case } from './tap-cases.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const titleOf = ({ theme, name }: Case) => `${theme}: ${name}`

/** Tells what came of a case, and all about it if it failed. */
export function tell(each: Case): void {
  const { result, seconds, reason, output } = each
  say(`${result.padEnd(8)}${titleOf(each)} (${reason || `${seconds.toFixed(1)} s`})`)
  for (const line of output) say(`  ${line}`)
}

/** The skipped cases by their reasons; what was played in another mode was not skipped. */
export function skippedIn(cases: readonly Case[]): Map<string, Set<string>> {
  const played = new Set(cases.filter(({ result }) => result !== 'skipped').map(titleOf))
  const byReason = new Map<string, Set<string>>()
  for (const each of cases)
    if (!played.has(titleOf(each)))
      byReason.set(each.reason, (byReason.get(each.reason) ?? new Set()).add(titleOf(each)))
  return byReason
}

/** Prints what came of the cases, and answers the exit code. */
export function summarize(cases: readonly Case[]): number {
  const failed = cases.filter(({ result }) => result === 'failed').map(titleOf)
  const passed = cases.filter(({ result }) => result === 'passed').length
  const skipped = skippedIn(cases)
  say('')
  for (const [reason, titles] of skipped) {
    say(`${titles.size} skipped (${reason}):`)
    for (const title of titles) say(`  ${title}`)
  }
  if (failed.length > 0) say(`${failed.length} failed:`)
  for (const title of failed) say(`  ${title}`)
  const left = [...skipped.values()].reduce((sum, titles) => sum + titles.size, 0)
  say(`${passed} passed, ${failed.length} failed${left > 0 ? `, ${left} skipped` : ''}`)
  return failed.length > 0 ? 1 : 0
}
