// Types for the JSDoc of the page's modules; a browser does not load this file.
import type { CoinFlipStatus, Face } from '../../../server/domain/coinflip.ts'
import type { CallResult, Wait } from '../../../server/metacontroller/testing/index.ts'

export type { Condition } from '../../../server/domain/coinflip.ts'
export type { BrokerState, Hello } from '../feed.ts'
export type { StreamMessage } from '../watch-stream.ts'
export type { CoinFlipStatus, Face, Wait }

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
  outcome: CallResult
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
