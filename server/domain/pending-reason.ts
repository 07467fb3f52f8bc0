import type { PublishFailure } from '../nats/message.ts'

/** Why a notification is pending; each `kind` is a reason of the condition Notified. */
export type PendingReason =
  | PublishFailure
  /** The time of the call ran out after some notifications were acknowledged. */
  | { kind: 'InProgress' }
  | { kind: 'Paused' }
  /** The object is no CoinFlip by its schema: nothing of it is published. */
  | { kind: 'InvalidObject' }
