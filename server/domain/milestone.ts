import { apiVersion, type CoinFlipMeta, generationOf, plural } from './coinflip.ts'

/** A run of tails reaching three: the 1-based place of its third tail, and its 1-based number. */
export interface Milestone {
  flip: number
  ordinal: number
}

/** A CloudEvent 1.0 in structured mode; see https://github.com/cloudevents/spec, JSON format. */
export interface ThreeTailsEvent {
  specversion: '1.0'
  id: string
  type: 'com.example.games.coinflip.threetails.v1'
  source: string
  subject: string
  time: string
  datacontenttype: 'application/json'
  data: {
    namespace: string
    name: string
    uid: string
    generation: number
    flip: number
    ordinal: number
  }
}

/** Content type of a CloudEvent that is the whole payload as JSON. */
export const eventContentType = 'application/cloudevents+json'

/**
 * The milestones that the stream has not acknowledged: those beyond the first `notified`.
 * `places` are the 1-based places of all milestones, ascending.
 */
export function outstanding(places: readonly number[], notified: number): Milestone[] {
  return places.slice(notified).map((flip, i) => ({ flip, ordinal: notified + i + 1 }))
}

/** The milestone's own subject, so that the stream can refuse a second message on it. */
export function subjectOf(prefix: string, meta: CoinFlipMeta, milestone: Milestone): string {
  return `${prefix}.${meta.namespace}.${meta.uid}.${milestone.flip}`
}

/** The milestone's identity: the same in every repeat, another for every other milestone. */
export function idOf(meta: CoinFlipMeta, milestone: Milestone): string {
  return `${meta.uid}.${milestone.flip}`
}

/** The event that tells of a milestone. `cluster`, when not empty, tells equal paths apart. */
export function eventOf(
  meta: CoinFlipMeta,
  milestone: Milestone,
  cluster: string,
  now: Date,
): ThreeTailsEvent {
  const { namespace, name, uid } = meta
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`
  return {
    specversion: '1.0',
    id: idOf(meta, milestone),
    type: 'com.example.games.coinflip.threetails.v1',
    source: cluster === '' ? path : `//${cluster}${path}`,
    subject: name,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: { namespace, name, uid, generation: generationOf(meta), ...milestone },
  }
}
