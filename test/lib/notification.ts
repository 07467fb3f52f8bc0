import { buildEvent, buildSubject } from '../../server/domain/milestone.ts'
import type { Notification } from '../../server/hook/notifier.ts'

/** The notification of one milestone of one object. */
export function notification(flip: number, ordinal = 1, namespace = 'casino'): Notification {
  const meta = { namespace, name: 'table-1', uid: 'uid-1', generation: 1 }
  const milestone = { flip, ordinal }
  return {
    subject: buildSubject('coinflips.three-tails', meta, milestone),
    event: buildEvent(meta, milestone, '', new Date()),
  }
}
