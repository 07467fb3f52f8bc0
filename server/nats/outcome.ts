import type { Hindrance } from '../domain/hindrance.ts'
import { errors, JetStreamApiError } from './client.ts'

/** What an error of the client means for a publish. */
export type ErrorOutcome =
  | Hindrance
  | { kind: 'stored-before' }
  /** Nobody listens on the subject: no such stream, or one whose leader is being elected. */
  | { kind: 'NoResponders' }
  /** Somebody listens, and no answer came in time. */
  | { kind: 'NoAnswer' }

/** NATS answers, and asks to come again. */
export const notReady: Hindrance = { kind: 'BrokerUnavailable', connected: true }

// Error codes of nats-server (server/errors.json); what each means here was found by measuring.
const wrongLastSequence = 10071
const full = new Set([10077, 10002, 10023, 10028, 10047])
const later = new Set([10164, 10158, 10167, 10008, 10009])
/** No JetStream for the account, in the server, or no such account. */
const notEnabled = new Set([10039, 10076, 10035])
/** For a person, though their status is 5xx: more replicas than servers. */
const misconfigured = new Set([10074])
const retryableStatus = (status: number) => [408, 409, 429].includes(status) || status >= 500

function outcomeOfApiError({ code, status, message }: JetStreamApiError): ErrorOutcome {
  // The sequence is 0 where the server could not read what it has: that is no repeat.
  if (code === wrongLastSequence) return /: 0$/.test(message) ? notReady : { kind: 'stored-before' }
  if (full.has(code)) return { kind: 'StreamFull' }
  if (code === 10059) return { kind: 'StreamMissing' }
  if (notEnabled.has(code)) return { kind: 'JetStreamNotEnabled' }
  const isLater = later.has(code) || retryableStatus(status)
  if (isLater && !misconfigured.has(code)) return notReady
  return { kind: 'Misconfigured', code, issue: message }
}

function isDenied(error: unknown): boolean {
  return (
    error instanceof errors.PermissionViolationError ||
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  )
}

/** What the client itself refuses to send: a subject that is none, a message beyond max_payload. */
function isInvalid(error: unknown): boolean {
  return error instanceof errors.InvalidSubjectError || error instanceof errors.InvalidArgumentError
}

/**
 * What an error of the client means. Anything unknown means "later": an exception would become a
 * 500, which costs the object minutes of back-off, and the try after it tells more.
 */
export function outcomeOf(error: unknown): ErrorOutcome {
  const links = [error, error instanceof Error ? error.cause : undefined]
  const refusal = links.find((link) => link instanceof JetStreamApiError)
  if (refusal) return outcomeOfApiError(refusal)
  if (links.some((link) => link instanceof errors.RequestError && link.isNoResponders()))
    return { kind: 'NoResponders' }
  if (links.some(isDenied)) return { kind: 'NotAuthorized' }
  if (isInvalid(error)) return { kind: 'Misconfigured', code: 0 }
  if (error instanceof errors.TimeoutError) return { kind: 'NoAnswer' }
  return { kind: 'BrokerUnavailable' }
}
