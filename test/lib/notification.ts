import {
  buildEvent,
  buildNotification,
  type ThreeTailsEvent,
} from '../../server/domain/milestone.ts'
import type { Notification } from '../../server/hook/notifier.ts'

/** The notification of one milestone of one object, with the event that is its payload. */
export function notification(
  flip: number,
  ordinal = 1,
  namespace = 'casino',
): Notification & { event: ThreeTailsEvent } {
  const meta = { namespace, name: 'table-1', uid: 'uid-1', generation: 1 }
  const milestone = { flip, ordinal }
  const now = new Date()
  return {
    ...buildNotification('coinflips.three-tails', meta, milestone, '', now),
    event: buildEvent(meta, milestone, '', now),
  }
}
