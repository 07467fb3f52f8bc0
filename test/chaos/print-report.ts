import { align } from '../lib/table.ts'
import { problemsOf, type Report } from './report.ts'
import { countRows, faultHead, faultRows, seconds } from './report-rows.ts'

const mostShown = 40

/** The report of a run as lines of text. */
export function reportLines(report: Report): string[] {
  return [
    `seed ${report.seed}, ${report.description}, ${seconds(report.tookMs)} in all`,
    '',
    ...align([faultHead, ...faultRows(report)]),
    '',
    ...align(countRows(report)),
    `all objects correct ${seconds(report.settledMs)} after the last fault and flip`,
    ...problemsOf(report).slice(0, mostShown),
  ]
}
