// Types for the JSDoc of the page's modules; a browser does not load this file.
import type { CoinFlipStatus, Face } from '../../../server/domain/coinflip.ts'

export type { Condition } from '../../../server/domain/coinflip.ts'
export type { BrokerState, Hello } from '../feed.ts'
export type { StreamMessage } from '../watch-stream.ts'
export type { CoinFlipStatus, Face }

/** A CoinFlip as the API server would store it. */
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

/** The response of a hook. */
export interface Answer {
  status: CoinFlipStatus
  resyncAfterSeconds?: number
  finalized?: boolean
}

/** The outcome of a call, as Metacontroller sees it. */
export type Outcome =
  | { kind: 'answer'; answer: Answer }
  /** 429: the call is repeated after that time. */
  | { kind: 'busy'; seconds: number }
  | { kind: 'failed'; error: string }

/** A hook call with its request and response. */
export interface Exchange {
  hook: Hook
  name: string
  at: Date
  ms: number
  request: string
  /** 0 without a response. */
  code: number
  body: string
  outcome: Outcome
}

/** When a call is made without a change, and why. */
export interface Wait {
  why: 'asked' | 'busy' | 'failed'
  atMs: number
  /** Consecutive failures. */
  failures: number
}

/** An object with its last call. */
export interface Entry {
  object: CoinFlipObject
  /** The status before the present one. */
  before?: CoinFlipStatus | undefined
  exchange?: Exchange | undefined
  calling: boolean
  wait?: Wait | undefined
}

/** A clock with timers; tests have their own. */
export interface Timers {
  nowMs(): number
  /** Runs `work` later; returns a function that cancels it. */
  later(work: () => void, ms: number): () => void
}
