/** A message and its own subject, on which the stream stores it once; it can be about anything. */
export interface Message {
  subject: string
  payload: string
  contentType: string
}

/** The result of a publish; the first two mean that the stream holds the message. */
export type Outcome =
  | { kind: 'stored'; sequence: number }
  /** The stream held the message already and refused this one. */
  | { kind: 'duplicate' }
  | PublishFailure

/** Stores messages. */
export interface MessageStore {
  /**
   * Stores one message, or answers why not, within `timeoutMs`. Never rejects: an exception would
   * cost the object minutes of back-off. A failed publish may turn out stored (its acknowledgement
   * was lost): the next one is then a `duplicate`.
   */
  publish(message: Message, timeoutMs: number): Promise<Outcome>
}

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
