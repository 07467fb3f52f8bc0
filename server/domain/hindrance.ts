/** Why a milestone is not acknowledged by the stream; each `kind` is a reason of `Notified`. */
export type Hindrance =
  /** No connection, no answer in time, or an answer that asks to come again. */
  | { kind: 'BrokerUnavailable' }
  | { kind: 'StreamMissing' }
  | { kind: 'StreamFull' }
  | { kind: 'NotAuthorized' }
  /** The file that this setting names is missing, empty or holds something else. */
  | { kind: 'InvalidFile'; setting: string }
  /** An answer that only a person can mend; `code` is the broker's, 0 where it gave none. */
  | { kind: 'Misconfigured'; code: number }
  /** The time of the call ran out with some acknowledged. */
  | { kind: 'InProgress' }
  | { kind: 'Paused' }
  /** What cannot be read as a CoinFlip is let go without publishing anything. */
  | { kind: 'InvalidObject' }
