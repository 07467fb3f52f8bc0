/** @import { CoinFlipObject, Exchange, Hook, Outcome } from './types.ts' */

/** The default time limit of Metacontroller. */
const limitMs = 10_000
const fields = ['status', 'children', 'resyncAfterSeconds', 'finalized']

/**
 * The body of a call, as Metacontroller would send it.
 * @param {Hook} hook
 * @param {CoinFlipObject} parent
 */
export function requestOf(hook, parent) {
  return { controller: {}, parent, children: {}, related: {}, finalizing: hook === 'finalize' }
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isMapping(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Decodes a response as strictly as Metacontroller does for hooks of version v2.
 * @param {string} body
 * @returns {Outcome}
 */
function decoded(body) {
  const answer = parsed(body)
  if (!isMapping(answer) || !isMapping(answer.status))
    return { kind: 'failed', error: 'the answer is not a JSON object with a status' }
  const unknown = Object.keys(answer).find((field) => !fields.includes(field))
  if (unknown !== undefined)
    return { kind: 'failed', error: `the answer has the unknown field ${unknown}` }
  return { kind: 'answer', answer: /** @type {any} */ (answer) }
}

/**
 * Seconds of a Retry-After header; 0 without a valid one.
 * @param {string | null} value
 * @param {number} nowMs
 */
export function retryAfterSeconds(value, nowMs) {
  if (value === null) return 0
  if (/^\d+$/.test(value)) return Number(value)
  return Math.max(0, (Date.parse(value) - nowMs) / 1000) || 0
}

/**
 * Reads a response as Metacontroller does.
 * @param {number} code
 * @param {string} body
 * @param {string | null} retryAfter
 * @param {number} nowMs
 * @returns {Outcome}
 */
export function readResponse(code, body, retryAfter, nowMs) {
  if (code === 200) return decoded(body)
  if (code === 429) return { kind: 'busy', seconds: retryAfterSeconds(retryAfter, nowMs) }
  const answer = parsed(body)
  const error = isMapping(answer) && typeof answer.error === 'string' ? answer.error : body
  return { kind: 'failed', error: error || 'no word of why' }
}

/**
 * Posts a text to a hook, through the playground's server.
 * @param {Hook} hook
 * @param {string} request
 * @param {string} name of the object
 * @returns {Promise<Exchange>}
 */
export async function post(hook, request, name) {
  const at = new Date()
  const start = performance.now()
  /** @param {number} code @param {string} body @param {Outcome} outcome */
  const exchange = (code, body, outcome) => {
    const ms = performance.now() - start
    return { hook, name, at, ms, request, code, body, outcome }
  }
  try {
    const response = await fetch(`/${hook}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request,
      signal: AbortSignal.timeout(limitMs),
    })
    const body = await response.text()
    const { status, headers } = response
    return exchange(
      status,
      body,
      readResponse(status, body, headers.get('retry-after'), Date.now()),
    )
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    const why = late
      ? `no answer after ${limitMs / 1000} s`
      : 'the playground cannot be reached; is make dev running?'
    return exchange(0, '', { kind: 'failed', error: why })
  }
}
