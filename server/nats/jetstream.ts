import type { Hindrance } from '../domain/hindrance.ts'
import type { Notification, Notifier, Outcome } from '../hook/notifier.ts'
import type { NatsConnection } from './client.ts'
import { type Connection, isHindrance } from './connection.ts'
import { type ErrorOutcome, notReady } from './outcome.ts'
import { createSend } from './send.ts'
import { holdsMessage, type StreamSettings, type StreamState } from './stream.ts'
import type { StreamCheck } from './stream-check.ts'
import type { ConfigIssue } from './stream-config.ts'

const unavailable: Hindrance = { kind: 'BrokerUnavailable' }

/** The outcome with the issue of the stream that shows in this way, if there is one. */
function withIssue(code: number, state: StreamState | undefined, effect: ConfigIssue['effect']) {
  const issues = state?.kind === 'present' ? state.issues : []
  const issue = issues.find((each) => each.effect === effect)
  return issue && ({ kind: 'Misconfigured', code, issue: issue.text } satisfies Hindrance)
}

/** A notifier that stores each notification once in a stream of JetStream. */
export function createNotifier(
  connection: Pick<Connection, 'current'>,
  settings: StreamSettings,
  stream: StreamCheck,
): Notifier {
  const send = createSend(settings)
  // After a publish without an answer the broker is suspect: one call at a time finds out, the
  // others do not wait, or every one of them would spend its whole timeout on a hung server.
  let suspectSinceMs: number | undefined
  let unanswered = 0
  let isProbing = false

  /** Why nobody answers a publish, as far as the last check of the stream tells. */
  function explainSilence(): Hindrance {
    const { state, atMs = 0 } = stream.last() ?? {}
    if (state?.kind === 'StreamMissing' || state?.kind === 'JetStreamNotEnabled') return state
    const issue = withIssue(0, state, 'silence')
    if (issue) return issue
    // JetStream tells of the stream, and not for a moment only: it is there, and does not store.
    const isChecked = state?.kind === 'present' && atMs > (suspectSinceMs ?? atMs)
    return isChecked && unanswered > 1 ? { kind: 'StreamNotResponding' } : unavailable
  }

  /** No one listening looks alike for a stream that is missing and one that elects its leader. */
  async function explainAbsence(
    client: NatsConnection,
    notification: Notification,
    deadlineMs: number,
  ): Promise<Outcome> {
    const state = await withDeadline(deadlineMs, stream.check())
    if (state === undefined || state.kind === 'BrokerUnavailable') return notReady
    if (state.kind !== 'present') return state
    const issue = withIssue(0, state, 'absence')
    if (issue) return issue
    const remainingMs = deadlineMs - performance.now()
    if (!state.created || remainingMs <= 0) return notReady
    const outcome = await send(client, notification, remainingMs)
    return outcome.kind === 'NoResponders' || outcome.kind === 'NoAnswer' ? notReady : outcome
  }

  /** A stream or an account that maps subjects refuses a message for another one that it has. */
  async function confirmRepeat(
    client: NatsConnection,
    { subject }: Notification,
    deadlineMs: number,
  ): Promise<Outcome> {
    const remainingMs = Math.max(deadlineMs - performance.now(), 1)
    const held = await holdsMessage(client, settings, subject, remainingMs)
    // Where the service may not look, the refusal is all that there is.
    if (held === true || (held !== false && held.kind === 'NotAuthorized'))
      return { kind: 'stored-before' }
    if (held !== false) return held
    const issue = 'its subject holds nothing, a subject_transform or mapping merges it with others'
    return { kind: 'Misconfigured', code: 10071, issue }
  }

  async function interpret(
    outcome: Outcome | ErrorOutcome,
    client: NatsConnection,
    notification: Notification,
    deadlineMs: number,
  ): Promise<Outcome> {
    const isPresent = stream.last()?.state.kind === 'present'
    switch (outcome.kind) {
      case 'stored':
        if (!isPresent) void stream.check()
        return outcome
      case 'stored-before':
        if (!isPresent) void stream.check()
        return confirmRepeat(client, notification, deadlineMs)
      case 'NoAnswer':
        void stream.check()
        return explainSilence()
      case 'NoResponders':
        return explainAbsence(client, notification, deadlineMs)
      case 'Misconfigured': {
        const state = await withDeadline(deadlineMs, stream.check())
        return withIssue(outcome.code, state, 'refused') ?? outcome
      }
      case 'BrokerUnavailable':
        return outcome
      default:
        void stream.check()
        return outcome
    }
  }

  return {
    async publish(notification, timeoutMs) {
      const client = connection.current()
      if (isHindrance(client)) return client
      const isSuspect = suspectSinceMs !== undefined
      if (isSuspect && isProbing) return explainSilence()
      const deadlineMs = performance.now() + timeoutMs
      isProbing ||= isSuspect
      try {
        const outcome = await send(client, notification, timeoutMs)
        if (outcome.kind === 'NoAnswer') {
          suspectSinceMs ??= performance.now()
          unanswered += 1
        } else {
          suspectSinceMs = undefined
          unanswered = 0
        }
        return await interpret(outcome, client, notification, deadlineMs)
      } finally {
        if (isSuspect) isProbing = false
      }
    },
  }
}

/** What the promise resolves to, or undefined if it has not by the deadline. */
async function withDeadline<T>(deadlineMs: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), deadlineMs - performance.now())
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
