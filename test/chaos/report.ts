import type { Verdict } from '../lib/oracle.ts'
import type { Seen } from '../lib/plane/coinflips.ts'
import type { Tally } from '../lib/plane/metacontroller.ts'
import { type FloodReport, floodFaults } from './floods.ts'
import type { FaultKind } from './size.ts'
import type { Ledger } from './tell.ts'

/** A fault that was done, and how long it took from its end until all it had left was right. */
export interface Done {
  kind: FaultKind
  /** With no other fault around it. */
  alone: boolean
  /** Undefined if that took longer than the limit. */
  healedMs: number | undefined
}

/** All that a run found. */
export interface Report {
  seed: number
  what: string
  tookMs: number
  faults: Done[]
  tally: Tally
  /** Of hostile callers, where there were any. */
  floods?: FloodReport | undefined
  ledger: Ledger
  verdict: Verdict
  /** Objects that did not come right, or did not go, within the limit after the last fault. */
  ailing: Seen[]
  /** From the end of all faults amid each other to the moment at which every object was right. */
  settledMs: number
  /** What the service itself did wrong: errors in its log, ends of its own accord. */
  complaints: string[]
}

/** Everything that is wrong, by what it is; all empty when nothing is. */
export function faultsFound({ verdict, ledger, ailing, complaints, floods }: Report) {
  const { lost, doubled, disordered, strange } = verdict
  return {
    lost,
    doubled,
    'out of order': disordered,
    'beyond the expected': strange,
    'not right': ailing.map((object) => JSON.stringify(object)),
    complaint: complaints,
    refused: ledger.refusals,
    floods: floodFaults(floods),
  }
}

/** Whether nothing at all is wrong. */
export function isClean(report: Report): boolean {
  const found = Object.values(faultsFound(report))
  return found.every((list) => list.length === 0) && report.ledger.takenInDeletion === 0
}
