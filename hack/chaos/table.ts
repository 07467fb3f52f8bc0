import { faultsFound, type Report } from './report.ts'
import { faultKinds } from './size.ts'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const mostShown = 5

function healed(ms: number | undefined): string {
  return ms === undefined ? 'too long' : seconds(ms)
}

function healRows({ faults }: Report): string[][] {
  return faultKinds.flatMap((kind) => {
    const own = faults.filter((fault) => fault.kind === kind)
    const amid = own.filter(({ alone }) => !alone).map(({ healedMs }) => healedMs)
    if (amid.length === 0) return []
    amid.sort((a = Infinity, b = Infinity) => a - b)
    const [alone] = own.filter((fault) => fault.alone)
    const median = healed(amid[Math.floor((amid.length - 1) / 2)])
    const most = healed(amid.at(-1))
    return [[kind, String(amid.length), median, most, alone ? healed(alone.healedMs) : '']]
  })
}

/** Rows with their columns one below the other, the first flush left and the others right. */
export function align(rows: readonly string[][]): string[] {
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
  const { verdict, tally, ledger } = report
  const counts: [string, number][] = [
    ['objects', ledger.accepted.size],
    ['calls of the hooks', tally.calls],
    ['failures seen by the driver', tally.failures],
    ['flips tried in deletion', ledger.triedInDeletion],
    ['  of them accepted', ledger.takenInDeletion],
    ['messages expected', verdict.expected],
    ['messages stored', verdict.stored],
    ['  lost', verdict.lost.length],
    ['  doubled', verdict.doubled.length],
    ['  objects out of order', verdict.disordered.length],
    ['  beyond the expected', verdict.strange.length],
    ['objects not right or not gone', report.ailing.length],
    ['complaints of the service', report.complaints.length],
  ]
  const head = ['fault', 'times', 'healed amid others: median', 'at most', 'alone']
  return [
    `seed ${report.seed}, ${report.what}, ${seconds(report.tookMs)} in all`,
    '',
    ...align([head, ...healRows(report)]),
    '',
    ...align(counts.map(([what, count]) => [what, String(count)])),
    `all right ${seconds(report.settledMs)} after the last fault and flip`,
    ...Object.entries(faultsFound(report)).flatMap(([what, list]) =>
      list.slice(0, mostShown).map((text) => `${what}: ${text}`),
    ),
  ]
}
