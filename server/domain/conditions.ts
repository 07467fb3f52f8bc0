import { abandonAnnotation, type Condition, pausedAnnotation } from './coinflip.ts'
import type { Hindrance } from './hindrance.ts'

/** What the conditions of a CoinFlip are decided from. */
export interface Facts {
  generation: number
  /** 1-based places of the milestones, ascending. */
  milestones: readonly number[]
  /** How many of them the stream has acknowledged. */
  notifications: number
  /** What stopped the rest; absent when there is no rest. */
  hindrance?: Hindrance | undefined
  /** Whether the object waits to be deleted. */
  deleting: boolean
  /** Whether it is annotated to be deleted without the rest. */
  abandoned?: boolean
}

type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

/** What an operator reads; a function of the cause and the counts, or every sync would differ. */
const advice: { [K in Hindrance['kind']]: (hindrance: Extract<Hindrance, { kind: K }>) => string } =
  {
    BrokerUnavailable: ({ connected }) =>
      connected
        ? 'NATS is connected, but JetStream is not ready: it starts, elects a leader or has ' +
          'stopped; check the log of the server'
        : 'NATS does not answer; check the server and NATS_URL',
    JetStreamNotEnabled: () =>
      'NATS answers, but without JetStream; enable it for the server and the account, ' +
      'or set NATS_JS_DOMAIN to the domain that has the stream',
    StreamMissing: () => 'the stream does not exist; create it or set NATS_STREAM_CREATE=true',
    StreamFull: () => 'the stream or its account is full; raise its limits or remove messages',
    StreamNotResponding: () =>
      'NATS answers, but the stream stores nothing; check the disk and the log of the server, ' +
      'which has to be restarted after its disk was full',
    NotAuthorized: () =>
      "NATS refuses the service's credentials or rights; check them and the user's permissions",
    InvalidFile: ({ setting }) =>
      `the file of ${setting} cannot be used to connect to NATS; correct it, the log has the cause`,
    Misconfigured({ code, issue }) {
      const detail = [code > 0 ? `code ${code}` : '', issue].filter(Boolean).join(': ')
      const cause = detail === '' ? '' : ` (${detail})`
      return (
        `NATS does not take the message${cause}; check NATS_STREAM, NATS_SUBJECT_PREFIX and ` +
        "the stream's configuration"
      )
    },
    InProgress: () => 'more follow in the next call',
    Paused: () => `remove the annotation ${pausedAnnotation} to send them`,
    InvalidObject: () => 'the object is not a valid CoinFlip, so none is published',
  }

/** What is wrong and what to do about it, in half a sentence. */
export function adviceFor(hindrance: Hindrance): string {
  return (advice[hindrance.kind] as (hindrance: Hindrance) => string)(hindrance)
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function threeTails({ milestones }: Facts): Verdict {
  const type = 'ThreeTails'
  const [first] = milestones
  const latest = milestones.at(-1)
  if (first === undefined)
    return { type, status: 'False', reason: 'NotYet', message: 'no three consecutive tails so far' }
  const message =
    `${plural(milestones.length, 'run')} of three tails, ` +
    `the first complete at flip ${first}, the latest at flip ${latest}`
  return { type, status: 'True', reason: 'ThreeInARow', message }
}

/** What becomes of the outstanding notifications of an object in deletion. */
function wayOutOf({ deleting, abandoned }: Facts): string {
  if (!deleting) return ''
  return abandoned
    ? `; the deletion abandons them, as the annotation ${abandonAnnotation}=true asks`
    : `; the deletion waits for them, the annotation ${abandonAnnotation}=true gives them up`
}

function notified(facts: Facts): Verdict {
  const { milestones, notifications, hindrance } = facts
  const type = 'Notified'
  if (hindrance) {
    const outstanding = `${milestones.length - notifications} of ${plural(milestones.length, 'notification')} outstanding`
    const message = `${outstanding}: ${adviceFor(hindrance)}${wayOutOf(facts)}`
    return { type, status: 'False', reason: hindrance.kind, message }
  }
  if (milestones.length === 0)
    return { type, status: 'True', reason: 'NothingToPublish', message: 'no milestone so far' }
  const message = `${plural(notifications, 'notification')} acknowledged by the stream`
  return { type, status: 'True', reason: 'Published', message }
}

function ready({ hindrance }: Facts): Verdict {
  const type = 'Ready'
  if (!hindrance) {
    const message = 'every flip is tallied and every notification acknowledged'
    return { type, status: 'True', reason: 'Reconciled', message }
  }
  if (hindrance.kind === 'Paused')
    return { type, status: 'False', reason: 'Paused', message: 'notifications are held back' }
  if (hindrance.kind === 'InvalidObject') {
    const message = 'the object is not a valid CoinFlip'
    return { type, status: 'False', reason: 'InvalidObject', message }
  }
  const message = 'notifications are outstanding; the condition Notified tells why'
  return { type, status: 'False', reason: 'NotificationsPending', message }
}

/** RFC 3339 with whole seconds, the precision of Kubernetes' own times. */
export function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`
}

function isTimestamp(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(text)
  )
}

/** What a stored condition says that later ones follow. */
export type HeldCondition = Pick<Condition, 'type' | 'status' | 'lastTransitionTime'>

const types = ['ThreeTails', 'Notified', 'Ready']

/** What is sensible in `status.conditions` as it came with the object, of any shape. */
export function heldConditions(stored: unknown): HeldCondition[] {
  if (!Array.isArray(stored)) return []
  return types.flatMap((type) => {
    const held = stored.find((c) => c?.type === type && ['True', 'False'].includes(c?.status))
    if (!isTimestamp(held?.lastTransitionTime)) return []
    return [{ type, status: held.status, lastTransitionTime: held.lastTransitionTime }]
  })
}

/**
 * The conditions ThreeTails, Notified and Ready. `stored` is `status.conditions` as it came with
 * the object, of any shape: a condition whose status stays keeps its `lastTransitionTime`.
 */
export function conditions(facts: Facts, stored: unknown, now: Date): Condition[] {
  const time = timestamp(now)
  const held = heldConditions(stored)
  return [threeTails(facts), notified(facts), ready(facts)].map((verdict) => {
    const same = held.find((c) => c.type === verdict.type && c.status === verdict.status)
    const since = same?.lastTransitionTime ?? time
    return {
      ...verdict,
      observedGeneration: facts.generation,
      // A moment still to come is of a clock that was set back since: ages would be negative.
      lastTransitionTime: since < time ? since : time,
    }
  })
}
