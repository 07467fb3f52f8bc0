import { fillPage, table } from '../../hack/lib/page.ts'
import { machineLine } from '../lib/machine.ts'
import { problemsOf, type Report } from './report.ts'
import { countRows, faultHead, faultRows, seconds } from './report-rows.ts'
import { type MutantResult, mutantHead, mutantRows } from './run-mutants.ts'

/** The page with the measurements; see its marks. */
export const reliabilityPage = 'docs/reliability.md'

/** Writes a section of that page, with the machine and the versions that were measured. */
export function writeSection(
  name: string,
  text: string,
  versions: Record<string, string | undefined>,
): void {
  fillPage(reliabilityPage, name, `${machineLine(versions)}\n\n${text}`)
}

/** A run as Markdown; `command` runs its plan again. */
export function runSection(report: Report, command: string): string {
  const problems = problemsOf(report).length
  const result = problems === 0 ? 'No problem found' : `**${problems} problems found**`
  return [
    `${result}: \`${command}\`, ${report.description}; ${seconds(report.tookMs)} in all, every ` +
      `object correct ${seconds(report.settledMs)} after the last fault and flip.`,
    table(['counted', 'number'], countRows(report)),
    'Time from the end of a fault until every object that was wrong then was correct, with the ' +
      'other faults going on; in the last column without them, while objects were changed.',
    table(faultHead, faultRows(report)),
  ].join('\n\n')
}

/** The mutants as Markdown. */
export function mutantsSection(results: readonly MutantResult[], command: string): string {
  const expected = results.filter(({ isExpected }) => isExpected).length
  const description = results[0]?.report.description ?? ''
  return [
    `\`${command}\`, ${description}: ${expected} of ${results.length} results as expected.`,
    table(mutantHead, mutantRows(results)),
  ].join('\n\n')
}
