import type { FloodReport } from './floods.ts'
import type { Report } from './report.ts'
import { faultKinds } from './run-size.ts'

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function recovery(ms: number | undefined): string {
  return ms === undefined ? 'too long' : seconds(ms)
}

export const faultHead = ['fault', 'times', 'recovery: median', 'maximum', 'alone']

/** A row for each kind of fault that was injected. */
export function faultRows({ faults }: Report): string[][] {
  return faultKinds.flatMap((kind) => {
    const own = faults.filter((fault) => fault.kind === kind)
    const together = own.filter(({ alone }) => !alone).map(({ recoveredMs }) => recoveredMs)
    if (together.length === 0) return []
    together.sort((a = Infinity, b = Infinity) => a - b)
    const [alone] = own.filter((fault) => fault.alone)
    const median = recovery(together[Math.floor((together.length - 1) / 2)])
    const maximum = recovery(together.at(-1))
    const single = alone ? recovery(alone.recoveredMs) : ''
    return [[kind, String(together.length), median, maximum, single]]
  })
}

/** What hostile callers sent, and what it cost. */
function floodRows(floods: FloodReport): string[][] {
  const { count, sent, stored, duplicated, highestMb, limitMb } = floods
  return [
    ['floods', String(count)],
    ...Object.entries(sent).map(([what, number]) => [`sent by floods: ${what}`, String(number)]),
    ['messages of hostile objects stored, duplicates', `${stored}, ${duplicated}`],
    ['highest memory of a replica', `${highestMb.toFixed(0)} of ${limitMb} MB`],
  ]
}

const endedByItself = /^a replica ended by itself/

/** What was counted, each with its number. */
export function countRows(report: Report): string[][] {
  const { verdict, calls, ledger, unhealthy, errors, floods } = report
  const counts: [string, number][] = [
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
  const rows = counts.map(([what, count]) => [what, String(count)])
  if (floods) {
    const ended = errors.filter((error) => endedByItself.test(error)).length
    rows.push(...floodRows(floods), ['processes ended by themselves', String(ended)])
  }
  // An object whose changes come late and all at once is not correct in between.
  return [...rows, ['largest delay of a planned flip', seconds(ledger.latestMs)]]
}
