/** Why a milestone is not acknowledged by the stream; each `kind` is a reason of `Notified`. */
export type Hindrance =
  /** No connection or no answer in time; `connected` where NATS asks to come again. */
  | { kind: 'BrokerUnavailable'; connected?: true }
  /** NATS answers, but the server or the account has no JetStream. */
  | { kind: 'JetStreamNotEnabled' }
  | { kind: 'StreamMissing' }
  | { kind: 'StreamFull' }
  /** JetStream tells of the stream, which acknowledges nothing: mostly a disk that is full. */
  | { kind: 'StreamNotResponding' }
  | { kind: 'NotAuthorized' }
  /** The file that this setting names is missing, empty or holds something else. */
  | { kind: 'InvalidFile'; setting: string }
  /**
   * What only a person can fix; `code` is the broker's, 0 where it gave none, and `issue` what is
   * wrong, where that is known.
   */
  | { kind: 'Misconfigured'; code: number; issue?: string }
  /** The time of the call ran out with some acknowledged. */
  | { kind: 'InProgress' }
  | { kind: 'Paused' }
  /** What cannot be read as a CoinFlip is let go without publishing anything. */
  | { kind: 'InvalidObject' }
