import { errors, JetStreamApiError } from './client.ts'
import type { PublishFailure } from './message.ts'

/** The result of a publish that failed with an error of the client. */
export type ErrorOutcome =
  | PublishFailure
  | { kind: 'duplicate' }
  /** No one listens on the subject: the stream is missing, or elects its leader. */
  | { kind: 'NoResponders' }
  /** There is a listener, but no acknowledgement in time. */
  | { kind: 'NoAnswer' }

/** NATS responds, and asks to try again. */
export const notReady: PublishFailure = { kind: 'BrokerUnavailable', connected: true }

// Error codes of nats-server (server/errors.json); what each means here was found by measuring.
const wrongLastSequence = 10071
const full = new Set([10077, 10002, 10023, 10028, 10047])
const retryable = new Set([10164, 10158, 10167, 10008, 10009])
/** No JetStream for the account, in the server, or no such account. */
const notEnabled = new Set([10039, 10076, 10035])
/** A person has to act, though the status is 5xx: more replicas than servers. */
const misconfigured = new Set([10074])
const retryableStatus = (status: number) => [408, 409, 429].includes(status) || status >= 500

function interpretApiError({ code, status, message }: JetStreamApiError): ErrorOutcome {
  // The sequence is 0 where the server could not read its messages, which is no duplicate.
  if (code === wrongLastSequence) return /: 0$/.test(message) ? notReady : { kind: 'duplicate' }
  if (full.has(code)) return { kind: 'StreamFull' }
  if (code === 10059) return { kind: 'StreamMissing' }
  if (notEnabled.has(code)) return { kind: 'JetStreamNotEnabled' }
  const isRetryable = retryable.has(code) || retryableStatus(status)
  if (isRetryable && !misconfigured.has(code)) return notReady
  return { kind: 'Misconfigured', code, issue: message }
}

function isDenied(error: unknown): boolean {
  return (
    error instanceof errors.PermissionViolationError ||
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  )
}

/** Whether the client itself refused to send: an invalid subject, a message beyond max_payload. */
function isInvalid(error: unknown): boolean {
  return error instanceof errors.InvalidSubjectError || error instanceof errors.InvalidArgumentError
}

/**
 * Says what an error of the client means. An unknown one means "unavailable": an exception would
 * become a 500, which costs the object minutes of back-off, and the next attempt shows more.
 */
export function interpretError(error: unknown): ErrorOutcome {
  const links = [error, error instanceof Error ? error.cause : undefined]
  const refusal = links.find((link) => link instanceof JetStreamApiError)
  if (refusal) return interpretApiError(refusal)
  if (links.some((link) => link instanceof errors.RequestError && link.isNoResponders()))
    return { kind: 'NoResponders' }
  if (links.some(isDenied)) return { kind: 'NotAuthorized' }
  if (isInvalid(error)) return { kind: 'Misconfigured', code: 0 }
  if (error instanceof errors.TimeoutError) return { kind: 'NoAnswer' }
  return { kind: 'BrokerUnavailable' }
}
