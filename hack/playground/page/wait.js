/** @import { Exchange, Wait } from './types.ts' */

/** @param {number} ms */
function seconds(ms) {
  return `${Math.max(0, ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
}

/**
 * Says when the next call is made, and why.
 * @param {Wait | undefined} wait
 * @param {number} nowMs
 */
export function nextCall(wait, nowMs) {
  if (!wait) return 'The next call comes with the next change.'
  const soon = `in ${seconds(wait.atMs - nowMs)}`
  if (wait.why === 'asked') return `The operator asked to be called again: ${soon}.`
  if (wait.why === 'busy') return `The operator is busy and asked to be called again: ${soon}.`
  const times = wait.failures === 1 ? 'The call failed' : `The call failed ${wait.failures} times`
  return `${times}: the next one ${soon}.`
}

/**
 * Formats a call as a line.
 * @param {Exchange} exchange
 */
export function lineOf({ hook, name, code, ms, at }) {
  const answer = code === 0 ? 'no answer' : code
  const time = at.toLocaleTimeString()
  return `POST /${hook} for ${name}: ${answer} in ${Math.round(ms)} ms, at ${time}`
}

/**
 * The error of a failed call; undefined for any other.
 * @param {Exchange | undefined} exchange
 */
export function failureOf(exchange) {
  if (exchange?.outcome.kind !== 'failed') return undefined
  const { code, hook, outcome } = exchange
  return code === 0 || code === 200
    ? `POST /${hook}: ${outcome.why}`
    : `POST /${hook} was answered with ${outcome.why}`
}
