import { fillPage, table } from '../../hack/lib/page.ts'
import { machineLine } from '../lib/machine.ts'
import { isClean, type Report } from './report.ts'
import { countRows, faultHead, faultRows, seconds } from './rows.ts'
import { type Trial, trialHead, trialRows } from './try-mutants.ts'

/** The page with what was measured; see its marks. */
export const reliabilityPage = 'docs/reliability.md'

/** Writes a part of that page, with where and with what it was measured. */
export function writeFigures(
  name: string,
  text: string,
  versions: Record<string, string | undefined>,
): void {
  fillPage(reliabilityPage, name, `${machineLine(versions)}\n\n${text}`)
}

/** A run as Markdown; `command` runs its plan again. */
export function runPart(report: Report, command: string): string {
  const verdict = isClean(report) ? 'Nothing is wrong' : '**Something is wrong**'
  return [
    `${verdict}: \`${command}\`, ${report.what}; ${seconds(report.tookMs)} in all, everything right ` +
      `${seconds(report.settledMs)} after the last fault and flip.`,
    table(['counted', 'number'], countRows(report)),
    'Time until every object that a fault had left wrong was right: with the other faults around ' +
      'it, and alone with changed objects.',
    table(faultHead, faultRows(report)),
  ].join('\n\n')
}

/** The mutants as Markdown. */
export function mutantsPart(trials: readonly Trial[], command: string): string {
  const right = trials.filter((trial) => trial.right).length
  const what = trials[0]?.report.what ?? ''
  return [
    `\`${command}\`, ${what}: ${right} of ${trials.length} judged as they must be.`,
    table(trialHead, trialRows(trials)),
  ].join('\n\n')
}
