/** @import { CoinFlipObject, Face } from './types.ts' */

export const finalizer = 'metacontroller.io/compositecontroller-coinflip'
export const pausedAnnotation = 'games.example.com/paused'
export const abandonAnnotation = 'games.example.com/abandon-notifications'
export const resyncAnnotation = 'games.example.com/resync'
export const maxFlips = 10_000

/** Pattern of valid names in Kubernetes. */
export const namePattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'
const names = ['lucky', 'penny', 'dime', 'florin', 'ducat', 'thaler', 'obol', 'groat']

/**
 * Suggests a free name.
 * @param {readonly string[]} taken
 */
export function suggestName(taken) {
  const free = names.find((name) => !taken.includes(name))
  if (free !== undefined) return free
  let number = 1
  while (taken.includes(`coin-${number}`)) number += 1
  return `coin-${number}`
}

/**
 * Why a name is refused, worded as by the API server; undefined if it is accepted.
 * @param {string} name
 * @param {readonly string[]} taken
 */
export function whyNotNamed(name, taken) {
  if (!new RegExp(`^${namePattern}$`).test(name) || name.length > 253)
    return 'a name has lower case letters, digits, - and . between, at most 253 characters'
  if (taken.includes(name)) return `coinflips.games.example.com "${name}" already exists`
  return undefined
}

/**
 * Why a flip is refused, worded as by the CRD and the admission policy; undefined if accepted.
 * @param {CoinFlipObject} object
 */
export function whyNoFlip({ metadata, spec }) {
  if (metadata.deletionTimestamp) return 'this CoinFlip is being deleted and takes no more flips'
  if (spec.flips.length >= maxFlips) return `spec.flips must have at most ${maxFlips} items`
  return undefined
}

/**
 * A new object with the finalizer that the admission policy adds.
 * @param {string} name
 */
export function created(name) {
  return {
    apiVersion: 'games.example.com/v1alpha1',
    kind: 'CoinFlip',
    metadata: { name, namespace: 'default', finalizers: [finalizer] },
    spec: { flips: [] },
  }
}

/**
 * Appends a flip.
 * @param {CoinFlipObject} object
 * @param {Face} face
 * @returns {CoinFlipObject}
 */
export function flipped(object, face) {
  return { ...object, spec: { flips: [...object.spec.flips, face] } }
}

/**
 * Sets or removes an annotation.
 * @param {CoinFlipObject} object
 * @param {string} key
 * @param {string | undefined} value
 * @returns {CoinFlipObject}
 */
export function annotated(object, key, value) {
  const { annotations: all = {}, ...metadata } = object.metadata
  const { [key]: _, ...others } = all
  const annotations = value === undefined ? others : { ...others, [key]: value }
  const none = Object.keys(annotations).length === 0
  return { ...object, metadata: none ? metadata : { ...metadata, annotations } }
}
