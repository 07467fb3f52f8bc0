import type { FloodReport } from './floods.ts'
import type { Report } from './report.ts'
import { faultKinds } from './size.ts'

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function healed(ms: number | undefined): string {
  return ms === undefined ? 'too long' : seconds(ms)
}

export const faultHead = ['fault', 'times', 'healed amid others: median', 'at most', 'alone']

/** A row for each kind of fault that was done. */
export function faultRows({ faults }: Report): string[][] {
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

/** What hostile callers did, and what it cost. */
function floodRows({ count, sent, stored, doubled, highestMb, limitMb }: FloodReport): string[][] {
  return [
    ['floods', String(count)],
    ...Object.entries(sent).map(([what, number]) => [`sent by floods: ${what}`, String(number)]),
    ['messages of hostile objects stored, of them twice', `${stored}, ${doubled}`],
    ['memory of a replica at most', `${highestMb.toFixed(0)} of ${limitMb} MB`],
  ]
}

const endedByItself = /^a replica ended by itself/

/** What was counted, each with its number. */
export function countRows({
  verdict,
  tally,
  ledger,
  ailing,
  complaints,
  floods,
}: Report): string[][] {
  const counts: [string, number][] = [
    ['objects', ledger.accepted.size],
    ['calls of the hooks', tally.calls],
    ['failures seen by the driver', tally.failures],
    ['flips tried in deletion', ledger.triedInDeletion],
    ['flips accepted in deletion', ledger.takenInDeletion],
    ['messages expected', verdict.expected],
    ['messages stored', verdict.stored],
    ['lost', verdict.lost.length],
    ['doubled', verdict.doubled.length],
    ['objects out of order', verdict.disordered.length],
    ['beyond the expected', verdict.strange.length],
    ['objects not right or not gone', ailing.length],
    ['complaints of the service or the brokers', complaints.length],
  ]
  const rows = counts.map(([what, count]) => [what, String(count)])
  // An object whose changes come late and all at once is not right in between.
  if (floods) {
    const ended = complaints.filter((complaint) => endedByItself.test(complaint)).length
    rows.push(...floodRows(floods), ['processes ended by themselves', String(ended)])
  }
  return [...rows, ['flips later than planned, at most', seconds(ledger.latestMs)]]
}
