import { readResponse } from './metacontroller.js'

/**
 * @import { CallResult } from '../../../server/metacontroller/testing/index.ts'
 * @import { Exchange, Hook } from './types.ts'
 */

/** The default time limit of Metacontroller. */
const limitMs = 10_000

/**
 * Takes an answer without a status for a failure, since the page could not show it.
 * @param {CallResult} result
 * @returns {CallResult}
 */
export function requireStatus(result) {
  if (result.kind !== 'answered' || typeof result.answer.status === 'object') return result
  return { kind: 'failed', why: 'the answer has no status' }
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
  /** @param {number} code @param {string} body @param {CallResult} outcome */
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
    const { status: code, headers } = response
    const read = { code, text: body, retryAfter: headers.get('retry-after') }
    return exchange(code, body, requireStatus(readResponse('CompositeController', hook, read)))
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    const why = late
      ? `no answer after ${limitMs / 1000} s`
      : 'the playground cannot be reached; is make dev running?'
    return exchange(0, '', { kind: 'failed', why })
  }
}
