import type { Hindrance } from '../domain/hindrance.ts'
import type { ThreeTailsEvent } from '../domain/milestone.ts'

/** A message and the subject of its own that it is stored on, once. */
export interface Notification {
  subject: string
  event: ThreeTailsEvent
}

/** What became of a publish; both ways of being stored mean done. */
export type Outcome =
  | { kind: 'stored'; sequence: number }
  /** The stream holds it from before and refused the repeat. */
  | { kind: 'stored-before' }
  | Hindrance

/** Stores notifications. */
export interface Notifier {
  /**
   * Stores one notification, or says what stands in the way, within `timeoutMs`. Never rejects:
   * an exception would cost the object minutes of back-off. Not stored may turn out stored later
   * (an answer that got lost), which the next try is told as `stored-before`.
   */
  publish(notification: Notification, timeoutMs: number): Promise<Outcome>
}
