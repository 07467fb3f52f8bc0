import type { CoinFlipStatus, Face } from '../../server/domain/coinflip.ts'
import type { Seen } from '../lib/plane/coinflips.ts'
import type { Tally } from '../lib/plane/metacontroller.ts'
import type { FaultKind } from './size.ts'

/** What the API server made of a request; an answer that got lost was asked for again. */
export type Answer = { accepted: true; uid: string } | { accepted: false; why: string }

/** An API server and a Metacontroller, real ones or played ones. */
export interface World {
  /** In a few words, for the report. */
  readonly what: string
  create(name: string, letters: string): Promise<Answer>
  append(name: string, letters: string): Promise<Answer>
  remove(name: string): Promise<Answer>
  /** Writes a status as someone with the right to do so can. */
  putStatus(name: string, status: CoinFlipStatus): Promise<void>
  /** All objects, surely as they are now. */
  list(): Promise<Seen[]>
  /** Tells of each object whenever it changes; `gone` once it is deleted. */
  observe(listener: (object: Seen, gone: boolean) => void): void
  /** A call about an object as it was, with the status of then: from a cache that lags behind. */
  showOlder(object: Seen): Promise<void>
  /** The kinds of faults that this world has of its own; each resolves when the fault is over. */
  readonly faults: Partial<Record<FaultKind, (lastsMs: number) => Promise<void>>>
  tally(): Promise<Tally>
  stop(): Promise<void>
}

/** Letters, T and H, as the faces of an object. */
export function facesOf(letters: string): Face[] {
  return [...letters].map((letter) => (letter === 'T' ? 'Tails' : 'Heads'))
}
