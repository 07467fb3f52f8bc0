import type { Hindrance } from '../domain/hindrance.ts'
import { errors, JetStreamApiError } from './client.ts'

/** Nobody listens on the subject: no such stream, or one whose leader is being elected. */
export interface NoResponders {
  kind: 'NoResponders'
}

// Error codes of nats-server (server/errors.json); what each means here was found by measuring.
const storedBefore = new Set([10071])
const full = new Set([10077, 10002, 10023, 10028, 10047])
const later = new Set([10164, 10158, 10167, 10008, 10009])
/** For a person, though their status is 5xx: more replicas than servers. */
const misconfigured = new Set([10074])
const retryableStatus = (status: number) => [408, 409, 429].includes(status) || status >= 500

function outcomeOfApiError({
  code,
  status,
}: JetStreamApiError): Hindrance | { kind: 'stored-before' } {
  if (storedBefore.has(code)) return { kind: 'stored-before' }
  if (full.has(code)) return { kind: 'StreamFull' }
  if (code === 10059) return { kind: 'StreamMissing' }
  if (misconfigured.has(code)) return { kind: 'Misconfigured', code }
  if (later.has(code) || retryableStatus(status)) return { kind: 'BrokerUnavailable' }
  return { kind: 'Misconfigured', code }
}

function isDenied(error: unknown): boolean {
  return (
    error instanceof errors.PermissionViolationError ||
    error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError
  )
}

/**
 * What an error of the client means. Anything unknown means "later": an exception would become a
 * 500, which costs the object minutes of back-off, and the try after it tells more.
 */
export function outcomeOf(error: unknown): Hindrance | NoResponders | { kind: 'stored-before' } {
  const links = [error, error instanceof Error ? error.cause : undefined]
  const refusal = links.find((link) => link instanceof JetStreamApiError)
  if (refusal) return outcomeOfApiError(refusal)
  if (links.some((link) => link instanceof errors.RequestError && link.isNoResponders()))
    return { kind: 'NoResponders' }
  if (links.some(isDenied)) return { kind: 'NotAuthorized' }
  if (error instanceof errors.InvalidSubjectError) return { kind: 'Misconfigured', code: 0 }
  return { kind: 'BrokerUnavailable' }
}

/** Whether the broker gave no answer at all. */
export function isTimeout(error: unknown): boolean {
  return error instanceof errors.TimeoutError
}
