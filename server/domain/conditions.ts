import { abandonAnnotation, type Condition, pausedAnnotation } from './coinflip.ts'
import type { PendingReason } from './pending-reason.ts'

/** What the conditions of a CoinFlip are judged by. */
export interface Facts {
  /** 1-based places of the milestones, ascending. */
  milestones: readonly number[]
  /** How many of them the stream has acknowledged. */
  notifications: number
  /** Why the next one is pending; absent when all are acknowledged. */
  pendingReason?: PendingReason | undefined
  isDeleting: boolean
  /** Whether the pending ones are abandoned by the deletion. */
  isAbandoned?: boolean | undefined
}

/** What a condition says, apart from its times. */
export type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

/** A function of the reason alone: a message that changes by itself would change every status. */
type Explain<Kind> = (reason: Extract<PendingReason, { kind: Kind }>) => string

const explanations: { [Kind in PendingReason['kind']]: Explain<Kind> } = {
  Connecting: () => 'the service has just started and connects to NATS',
  BrokerUnavailable: ({ connected }) =>
    connected
      ? 'NATS is connected, but JetStream is not ready: it starts, elects a leader or has ' +
        'stopped; check the log of the server'
      : 'NATS does not respond; check the server and NATS_URL',
  JetStreamNotEnabled: () =>
    'NATS responds, but without JetStream; enable it for the server and the account, ' +
    'or set NATS_JS_DOMAIN to the domain that has the stream',
  StreamMissing: () => 'the stream does not exist; create it or set NATS_STREAM_CREATE=true',
  StreamFull: () => 'the stream or its account is full; raise its limits or remove messages',
  StreamNotResponding: () =>
    'NATS responds, but the stream stores nothing; check the disk and the log of the server, ' +
    'which has to be restarted after its disk was full',
  NotAuthorized: () =>
    "NATS refuses the service's credentials, or its user lacks a permission; check both",
  InvalidFile: ({ setting }) =>
    `the file of ${setting} cannot be used to connect to NATS; fix it, the log has the cause`,
  Misconfigured({ code, issue }) {
    const detail = [code > 0 ? `code ${code}` : '', issue].filter(Boolean).join(': ')
    const cause = detail === '' ? '' : ` (${detail})`
    return (
      `NATS refuses the message${cause}; check NATS_STREAM, NATS_SUBJECT_PREFIX and ` +
      "the stream's configuration"
    )
  },
  InProgress: () => 'the next call continues',
  Paused: () => `remove the annotation ${pausedAnnotation} to publish them`,
  InvalidObject: () => 'the object is not a valid CoinFlip, so nothing is published',
}

/** Says why notifications are pending and what to do about it. */
export function explainPending(reason: PendingReason): string {
  const explain = explanations[reason.kind] as (reason: PendingReason) => string
  return explain(reason)
}

function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function judgeThreeTails({ milestones }: Facts): Verdict {
  const type = 'ThreeTails'
  const [first] = milestones
  const latest = milestones.at(-1)
  if (first === undefined)
    return { type, status: 'False', reason: 'NotYet', message: 'no three consecutive tails so far' }
  const message =
    `${formatCount(milestones.length, 'run')} of three tails, ` +
    `the first complete at flip ${first}, the latest at flip ${latest}`
  return { type, status: 'True', reason: 'ThreeInARow', message }
}

/** Says what the deletion of an object does with its pending notifications. */
function explainDeletion({ isDeleting, isAbandoned }: Facts): string {
  if (!isDeleting) return ''
  return isAbandoned
    ? `; the deletion abandons them because of the annotation ${abandonAnnotation}=true`
    : `; the deletion waits for them unless annotated ${abandonAnnotation}=true`
}

function judgeNotified(facts: Facts): Verdict {
  const { milestones, notifications, pendingReason } = facts
  const type = 'Notified'
  if (pendingReason) {
    const pending = `${milestones.length - notifications} of ${formatCount(milestones.length, 'notification')} pending`
    const message = `${pending}: ${explainPending(pendingReason)}${explainDeletion(facts)}`
    return { type, status: 'False', reason: pendingReason.kind, message }
  }
  if (milestones.length === 0)
    return { type, status: 'True', reason: 'NothingToPublish', message: 'no milestone so far' }
  const message = `${formatCount(notifications, 'notification')} acknowledged by the stream`
  return { type, status: 'True', reason: 'Published', message }
}

function judgeReady({ pendingReason }: Facts): Verdict {
  const type = 'Ready'
  if (!pendingReason) {
    const message = 'every flip is tallied and every notification acknowledged'
    return { type, status: 'True', reason: 'Reconciled', message }
  }
  if (pendingReason.kind === 'Paused')
    return { type, status: 'False', reason: 'Paused', message: 'notifications are paused' }
  if (pendingReason.kind === 'InvalidObject') {
    const message = 'the object is not a valid CoinFlip'
    return { type, status: 'False', reason: 'InvalidObject', message }
  }
  const message = 'notifications are pending; see the condition Notified'
  return { type, status: 'False', reason: 'NotificationsPending', message }
}

/** Judges the conditions ThreeTails, Notified and Ready, in this order. */
export function judgeConditions(facts: Facts): Verdict[] {
  return [judgeThreeTails(facts), judgeNotified(facts), judgeReady(facts)]
}
