import { align } from '../lib/table.ts'
import { problemsOf, type Report } from './report.ts'
import { faultKinds } from './run-size.ts'

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

const recovery = (ms: number | undefined) => (ms === undefined ? 'too long' : seconds(ms))

export const faultHead = ['fault', 'times', 'recovery: median', 'maximum', 'alone']

/** A row for each kind of fault that was injected. */
export function faultRows({ faults }: Report): string[][] {
  return faultKinds.flatMap((kind) => {
    const own = faults.filter((fault) => fault.kind === kind)
    const together = own.filter(({ alone }) => !alone).map(({ recoveredMs }) => recoveredMs)
    if (together.length === 0) return []
    together.sort((a = Infinity, b = Infinity) => a - b)
    const median = recovery(together[Math.floor((together.length - 1) / 2)])
    const single = own.filter(({ alone }) => alone).map(({ recoveredMs }) => recovery(recoveredMs))
    const row = [kind, String(together.length), median, recovery(together.at(-1))]
    return [[...row, single[0] ?? '']]
  })
}

/** What was counted, each with its number. */
export function countRows(report: Report): string[][] {
  const { verdict, calls, ledger, unhealthy, errors, floods } = report
  const rows: [string, number | string][] = [
    ['objects', ledger.accepted.size],
    ['hook calls', calls.calls],
    ['failed hook calls', calls.failures],
    ['flips sent to objects in deletion', ledger.triedInDeletion],
    ['flips accepted in deletion', ledger.takenInDeletion],
    ['messages expected', verdict.expected],
    ['messages stored', verdict.stored],
    ['lost', verdict.lost.length],
    ['duplicates', verdict.duplicated.length],
    ['objects out of order', verdict.disordered.length],
    ['unexpected', verdict.unexpected.length],
    ['objects not correct or not deleted', unhealthy.length],
    ['errors of the service or the brokers', errors.length],
  ]
  if (floods) {
    const { count, sent, stored, duplicated, highestMb, limitMb } = floods
    const ended = errors.filter((error) => error.startsWith('a replica ended by itself')).length
    rows.push(['floods', count])
    for (const [what, number] of Object.entries(sent))
      rows.push([`sent by floods: ${what}`, number])
    rows.push(
      ['messages of hostile objects stored, duplicates', `${stored}, ${duplicated}`],
      ['highest memory of a replica', `${highestMb.toFixed(0)} of ${limitMb} MB`],
      ['processes ended by themselves', ended],
    )
  }
  // An object whose changes come late and all at once is not correct in between.
  rows.push(['largest delay of a planned flip', seconds(ledger.latestMs)])
  return rows.map((cells) => cells.map(String))
}

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
