import { align } from '../lib/table.ts'
import { faultsFound, type Report } from './report.ts'
import { countRows, faultHead, faultRows, seconds } from './rows.ts'

const mostShown = 5

/** The report of a run as lines for a person. */
export function reportLines(report: Report): string[] {
  return [
    `seed ${report.seed}, ${report.what}, ${seconds(report.tookMs)} in all`,
    '',
    ...align([faultHead, ...faultRows(report)]),
    '',
    ...align(countRows(report)),
    `all right ${seconds(report.settledMs)} after the last fault and flip`,
    ...Object.entries(faultsFound(report)).flatMap(([what, list]) =>
      list.slice(0, mostShown).map((text) => `${what}: ${text}`),
    ),
  ]
}
