/** Hooks call a message about a milestone a notification, and what stores it a notifier. */
export type { Message as Notification, MessageStore as Notifier, Outcome } from '../nats/message.ts'
