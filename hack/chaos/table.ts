import { faultsFound, type Report } from './report.ts'
import { countRows, faultHead, faultRows, seconds } from './rows.ts'

const mostShown = 5

/** Rows with their columns one below the other, the first flush left and the others right. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('   ')
      .trimEnd(),
  )
}

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
