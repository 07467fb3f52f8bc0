import type { NatsConnection } from './client.ts'
import { type Connection, isPublishFailure } from './connection.ts'
import type { Message, MessageStore, Outcome, PublishFailure } from './message.ts'
import { type ErrorOutcome, notReady } from './outcome.ts'
import { createSend } from './send.ts'
import { findMessage, type StreamSettings, type StreamState } from './stream.ts'
import type { StreamCheck } from './stream-check.ts'
import type { ConfigIssue } from './stream-config.ts'

const unavailable: PublishFailure = { kind: 'BrokerUnavailable' }

/** Finds an issue of the stream that has this effect, as a failure. */
function findIssue(code: number, state: StreamState | undefined, effect: ConfigIssue['effect']) {
  const issues = state?.kind === 'present' ? state.issues : []
  const issue = issues.find((each) => each.effect === effect)
  return issue && ({ kind: 'Misconfigured', code, issue: issue.text } satisfies PublishFailure)
}

/** Creates a store that holds each message once, in a stream of JetStream. */
export function createStore(
  connection: Pick<Connection, 'current'>,
  settings: StreamSettings,
  stream: StreamCheck,
): MessageStore {
  const send = createSend(settings)
  // After a publish without an acknowledgement the broker is suspect: one call at a time probes it and
  // the others do not wait, or each of them would spend its whole timeout on a hung server.
  let suspectSinceMs: number | undefined
  let unanswered = 0
  let isProbing = false

  /** Says why a publish gets no response, as far as the last check of the stream shows. */
  function explainSilence(): PublishFailure {
    const { state, atMs = 0 } = stream.last() ?? {}
    if (state?.kind === 'StreamMissing' || state?.kind === 'JetStreamNotEnabled') return state
    const issue = findIssue(0, state, 'silence')
    if (issue) return issue
    // JetStream has described the stream since: the stream is there, and does not store.
    const isChecked = state?.kind === 'present' && atMs > (suspectSinceMs ?? atMs)
    return isChecked && unanswered > 1 ? { kind: 'StreamNotResponding' } : unavailable
  }

  /** No responders: the stream is missing, or elects its leader, which looks the same. */
  async function explainAbsence(
    client: NatsConnection,
    message: Message,
    deadlineMs: number,
  ): Promise<Outcome> {
    const state = await withDeadline(deadlineMs, stream.check())
    if (state === undefined || state.kind === 'BrokerUnavailable') return notReady
    if (state.kind !== 'present') return state
    const issue = findIssue(0, state, 'absence')
    if (issue) return issue
    const remainingMs = deadlineMs - performance.now()
    if (!state.created || remainingMs <= 0) return notReady
    const outcome = await send(client, message, remainingMs)
    return outcome.kind === 'NoResponders' || outcome.kind === 'NoAnswer' ? notReady : outcome
  }

  /** A stream or an account that maps subjects can refuse a message because it holds another one. */
  async function confirmDuplicate(
    client: NatsConnection,
    { subject }: Message,
    deadlineMs: number,
  ): Promise<Outcome> {
    const remainingMs = Math.max(deadlineMs - performance.now(), 1)
    const found = await findMessage(client, settings, subject, remainingMs)
    switch (found.kind) {
      case 'found':
      // Without the permission to look, the refusal is all that is known.
      case 'NotAuthorized':
        return { kind: 'duplicate' }
      case 'absent': {
        const issue =
          'its subject holds nothing, a subject_transform or mapping merges it with others'
        return { kind: 'Misconfigured', code: 10071, issue }
      }
      default:
        return found
    }
  }

  async function interpret(
    outcome: Outcome | ErrorOutcome,
    client: NatsConnection,
    message: Message,
    deadlineMs: number,
  ): Promise<Outcome> {
    const isPresent = stream.last()?.state.kind === 'present'
    switch (outcome.kind) {
      case 'stored':
        if (!isPresent) void stream.check()
        return outcome
      case 'duplicate':
        if (!isPresent) void stream.check()
        return confirmDuplicate(client, message, deadlineMs)
      case 'NoAnswer':
        void stream.check()
        return explainSilence()
      case 'NoResponders':
        return explainAbsence(client, message, deadlineMs)
      case 'Misconfigured': {
        const state = await withDeadline(deadlineMs, stream.check())
        return findIssue(outcome.code, state, 'refused') ?? outcome
      }
      case 'BrokerUnavailable':
        return outcome
      default:
        void stream.check()
        return outcome
    }
  }

  return {
    async publish(message, timeoutMs) {
      const client = connection.current()
      if (isPublishFailure(client)) return client
      const isSuspect = suspectSinceMs !== undefined
      if (isSuspect && isProbing) return explainSilence()
      const deadlineMs = performance.now() + timeoutMs
      isProbing ||= isSuspect
      try {
        const outcome = await send(client, message, timeoutMs)
        if (outcome.kind === 'NoAnswer') {
          suspectSinceMs ??= performance.now()
          unanswered += 1
        } else {
          suspectSinceMs = undefined
          unanswered = 0
        }
        return await interpret(outcome, client, message, deadlineMs)
      } finally {
        if (isSuspect) isProbing = false
      }
    },
  }
}

/** Waits for a promise; undefined if it has not resolved by the deadline. */
async function withDeadline<T>(deadlineMs: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), deadlineMs - performance.now())
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
