import { type Facts, judgeConditions, type Verdict } from '../../server/domain/conditions.ts'
import type { PendingReason } from '../../server/domain/pending-reason.ts'
import { textTable } from '../lib/page.ts'

/** One of each kind; a new kind does not compile until it has its row. */
const examples: { [K in PendingReason['kind']]: Extract<PendingReason, { kind: K }> } = {
  Connecting: { kind: 'Connecting' },
  BrokerUnavailable: { kind: 'BrokerUnavailable' },
  JetStreamNotEnabled: { kind: 'JetStreamNotEnabled' },
  StreamMissing: { kind: 'StreamMissing' },
  StreamFull: { kind: 'StreamFull' },
  StreamNotResponding: { kind: 'StreamNotResponding' },
  NotAuthorized: { kind: 'NotAuthorized' },
  InvalidFile: { kind: 'InvalidFile', setting: 'NATS_CREDS' },
  Misconfigured: { kind: 'Misconfigured', code: 10060, issue: 'expected stream does not match' },
  InProgress: { kind: 'InProgress' },
  Paused: { kind: 'Paused' },
  InvalidObject: { kind: 'InvalidObject' },
}

const published: Facts = { milestones: [3, 9], notifications: 2, isDeleting: false }

/** Facts that bring about every status and reason of every condition. */
const cases: Facts[] = [
  { ...published, milestones: [], notifications: 0 },
  published,
  ...Object.values(examples).map((pendingReason) => {
    // The service answers for an invalid object only when it allows the deletion.
    const isAbandoned = pendingReason.kind === 'InvalidObject'
    return { ...published, notifications: 1, pendingReason, isDeleting: isAbandoned, isAbandoned }
  }),
]

/** Every condition that an object can have, some more than once. */
export function exampleConditions(): Verdict[] {
  return cases.flatMap(judgeConditions)
}

/** The statuses and reasons of each condition with a real message, by the condition's type. */
export function conditionTables(): Record<string, string> {
  const rows = new Map<string, Map<string, string[]>>()
  for (const { type, status, reason, message } of exampleConditions()) {
    const ofType = rows.get(type) ?? new Map()
    rows.set(type, ofType.set(reason, [status, `\`${reason}\``, message]))
  }
  const head = ['status', 'reason', 'message, for example']
  return Object.fromEntries(
    [...rows].map(([type, ofType]) => [`condition ${type}`, textTable(head, [...ofType.values()])]),
  )
}
