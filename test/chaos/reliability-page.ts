import { fillPage, table } from '../../hack/lib/page.ts'
import { outputOf } from '../../hack/lib/process.ts'
import { machineLine } from '../lib/machine.ts'
import type { Programs } from '../lib/plane/programs.ts'
import { problemsOf, type Report } from './report.ts'
import { countRows, faultHead, faultRows, seconds } from './report-rows.ts'
import { type MutantResult, mutantHead, mutantRows } from './run-mutants.ts'

/** Versions by program. */
type Versions = Record<string, string | undefined>

/** The versions of a real cluster and of nats-server. */
export async function versionsWith({ versions }: Programs, natsServer: string): Promise<Versions> {
  const text = await outputOf(natsServer, '--version')
  return { ...versions, 'nats-server': text.replace('nats-server: v', '') }
}

/** Writes a section of docs/reliability.md, with the machine and the versions that were measured. */
export function writeSection(name: string, text: string, versions: Versions): void {
  fillPage('docs/reliability.md', name, `${machineLine(versions)}\n\n${text}`)
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
