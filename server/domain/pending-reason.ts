/** Why the broker did not acknowledge a publish. */
export type PublishFailure =
  /** The service has just started, and has had no connection yet. */
  | { kind: 'Connecting' }
  /** No connection or no response in time; `connected` where NATS asks to try again. */
  | { kind: 'BrokerUnavailable'; connected?: boolean | undefined }
  /** NATS responds, but the server or the account has no JetStream. */
  | { kind: 'JetStreamNotEnabled' }
  | { kind: 'StreamMissing' }
  | { kind: 'StreamFull' }
  /** JetStream describes the stream, but the stream acknowledges nothing: often its disk is full. */
  | { kind: 'StreamNotResponding' }
  | { kind: 'NotAuthorized' }
  /** The file that this setting names is missing, empty or has the wrong content. */
  | { kind: 'InvalidFile'; setting: string }
  /**
   * What only a person can fix; `code` is the broker's, 0 where it gave none, and `issue` what is
   * wrong, where that is known.
   */
  | { kind: 'Misconfigured'; code: number; issue?: string | undefined }

/** Why a notification is pending; each `kind` is a reason of the condition Notified. */
export type PendingReason =
  | PublishFailure
  /** The time of the call ran out after some notifications were acknowledged. */
  | { kind: 'InProgress' }
  | { kind: 'Paused' }
  /** The object is no CoinFlip by its schema: nothing of it is published. */
  | { kind: 'InvalidObject' }
