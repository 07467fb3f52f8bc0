import type { Notification } from '../../server/hook/notifier.ts'
import { notification } from '../lib/notification.ts'
import { streamSettings } from '../lib/real-broker.ts'

/** A stream of its own for a field: 2.15.1 can bring messages of one deleted just before back. */
export const streamOf = (field: string) => ({
  name: field.toUpperCase(),
  subjectPrefix: `${field}.three-tails`,
})

/** A notification on the subjects of that stream. */
export function notificationOf(field: string, flip: number): Notification {
  const made = notification(flip)
  const { subjectPrefix } = streamOf(field)
  const subject = made.subject.replace(streamSettings.subjectPrefix, subjectPrefix)
  return { ...made, subject }
}
