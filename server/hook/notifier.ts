import type { PublishFailure } from '../domain/pending-reason.ts'

/** A message and its own subject, on which the stream stores it once; it can be about anything. */
export interface Notification {
  subject: string
  payload: string
  contentType: string
}

/** The result of a publish; the first two mean that the stream holds the notification. */
export type Outcome =
  | { kind: 'stored'; sequence: number }
  /** The stream held the notification already and refused this one. */
  | { kind: 'duplicate' }
  | PublishFailure

/** Stores notifications. */
export interface Notifier {
  /**
   * Stores one notification, or answers why not, within `timeoutMs`. Never rejects: an exception
   * would cost the object minutes of back-off. A failed publish may turn out stored (its
   * acknowledgement was lost): the next one is then a `duplicate`.
   */
  publish(notification: Notification, timeoutMs: number): Promise<Outcome>
}
