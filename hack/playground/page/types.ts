// Shapes that the page's modules name in JSDoc; nothing of this file reaches a browser.
import type { CoinFlipStatus, Face } from '../../../server/domain/coinflip.ts'

export type { Condition } from '../../../server/domain/coinflip.ts'
export type { BrokerState, Hello } from '../feed.ts'
export type { StreamMessage } from '../stream.ts'
export type { CoinFlipStatus, Face }

/** A CoinFlip as the API server would keep it. */
export interface CoinFlipObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace: string
    uid: string
    generation: number
    creationTimestamp: string
    finalizers: string[]
    annotations?: Record<string, string>
    deletionTimestamp?: string
    deletionGracePeriodSeconds?: number
  }
  spec: { flips: Face[] }
  status?: CoinFlipStatus
}

export type Hook = 'sync' | 'finalize'

/** What a hook answers. */
export interface Answer {
  status: CoinFlipStatus
  resyncAfterSeconds?: number
  finalized?: boolean
}

/** What Metacontroller would make of an answer. */
export type Outcome =
  | { kind: 'answer'; answer: Answer }
  /** 429: come again after that time. */
  | { kind: 'busy'; seconds: number }
  | { kind: 'failed'; error: string }

/** A call of a hook, with all that went over the wire. */
export interface Exchange {
  hook: Hook
  name: string
  at: Date
  ms: number
  request: string
  /** 0 when there was no answer at all. */
  code: number
  body: string
  outcome: Outcome
}

/** When a call is made without a change, and why. */
export interface Wait {
  why: 'asked' | 'busy' | 'failed'
  atMs: number
  /** Failures in a row. */
  failures: number
}

/** An object with what the page knows about it. */
export interface Entry {
  object: CoinFlipObject
  /** The status before the present one. */
  before?: CoinFlipStatus | undefined
  exchange?: Exchange | undefined
  calling: boolean
  wait?: Wait | undefined
}

/** Time as the modules see it; a test brings its own. */
export interface Timers {
  nowMs(): number
  /** Calls later; returns what prevents it. */
  later(work: () => void, ms: number): () => void
}
