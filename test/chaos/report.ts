import { faultsOf, type Verdict } from '../../hack/lib/oracle.ts'
import type { ObservedCoinFlip } from '../lib/plane/coinflips.ts'
import type { HookCalls } from './cluster.ts'
import { type FloodReport, floodFaults } from './floods.ts'
import type { Ledger } from './run-scenarios.ts'
import type { FaultKind } from './run-size.ts'

/** A fault that was injected, and how long the objects took to recover after its end. */
export interface InjectedFault {
  kind: FaultKind
  /** With no other fault at the same time. */
  alone: boolean
  /** Undefined if that took longer than the limit. */
  recoveredMs: number | undefined
}

/** All that a run found. */
export interface Report {
  seed: number
  description: string
  tookMs: number
  faults: InjectedFault[]
  calls: HookCalls
  /** Of hostile callers, where there were any. */
  floods?: FloodReport | undefined
  ledger: Ledger
  verdict: Verdict
  /** Objects that were not correct, or not deleted, within the limit after the last fault. */
  unhealthy: ObservedCoinFlip[]
  /** From the end of the last fault and flip until every object was correct. */
  settledMs: number
  /** Of the service or the brokers: errors in the log, unexpected ends, different contents. */
  errors: string[]
}

/** Everything that is wrong, in a line each; empty when nothing is. */
export function problemsOf({ verdict, ledger, unhealthy, errors, floods }: Report): string[] {
  const { takenInDeletion } = ledger
  return [
    ...faultsOf(verdict),
    ...unhealthy.map((object) => `unhealthy: ${JSON.stringify(object)}`),
    ...errors.map((error) => `error: ${error}`),
    ...ledger.refusals.map((refusal) => `refused: ${refusal}`),
    ...(takenInDeletion > 0 ? [`${takenInDeletion} flips accepted in deletion`] : []),
    ...floodFaults(floods),
  ]
}
