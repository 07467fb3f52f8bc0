import type { CoinFlipStatus } from '../../server/domain/coinflip.ts'
import type { ObservedCoinFlip } from '../lib/plane/coinflips.ts'
import type { FaultKind } from './run-size.ts'

/** What a Metacontroller has counted, since its first start and over all its restarts. */
export interface HookCalls {
  calls: number
  /** Calls that Metacontroller had to take for failed. */
  failures: number
}

/** What the API server made of a write; a write whose answer got lost was looked up. */
export type Answer = { accepted: true; uid: string } | { accepted: false; why: string }

/** An API server and a Metacontroller, real or simulated. */
export interface Cluster {
  /** In a few words, for the report. */
  readonly description: string
  create(name: string, letters: string): Promise<Answer>
  append(name: string, letters: string): Promise<Answer>
  remove(name: string): Promise<Answer>
  /** Writes a status as someone with the right to do so can. */
  putStatus(name: string, status: CoinFlipStatus): Promise<void>
  /** All objects as they are now. */
  list(): Promise<ObservedCoinFlip[]>
  /** Calls the listener for each change of an object; `gone` once it is deleted. */
  observe(listener: (object: ObservedCoinFlip, gone: boolean) => void): void
  /** Calls the hook with an object as it was, status included: a cache that lags behind. */
  showOlder(object: ObservedCoinFlip): Promise<void>
  /** The kinds of faults that this cluster has of its own; each resolves when the fault is over. */
  readonly faults: Partial<Record<FaultKind, (durationMs: number) => Promise<void>>>
  countCalls(): Promise<HookCalls>
  stop(): Promise<void>
}
