import { apiVersion, type CoinFlipMeta, plural, readGeneration } from './coinflip.ts'

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

/** What the stream depends on: `namespace.uid.flip` after the prefix, and names of limited length. */
export const notificationShape = { subjectTokens: 3, largestMessageBytes: 2_048 }

/**
 * Finds the milestones that the stream has not acknowledged: all but the first `acknowledged`.
 * `places` are the 1-based places of all milestones, ascending.
 */
export function findPending(places: readonly number[], acknowledged: number): Milestone[] {
  return places.slice(acknowledged).map((flip, i) => ({ flip, ordinal: acknowledged + i + 1 }))
}

/** Builds the milestone's own subject, so that the stream can refuse a second message on it. */
export function buildSubject(prefix: string, meta: CoinFlipMeta, milestone: Milestone): string {
  return `${prefix}.${meta.namespace}.${meta.uid}.${milestone.flip}`
}

/**
 * Builds the event of a milestone; its id is the same whenever the milestone is published again.
 * `cluster`, when not empty, distinguishes equal paths of several clusters.
 */
export function buildEvent(
  meta: CoinFlipMeta,
  milestone: Milestone,
  cluster: string,
  now: Date,
): ThreeTailsEvent {
  const { namespace, name, uid } = meta
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`
  return {
    specversion: '1.0',
    id: `${uid}.${milestone.flip}`,
    type: 'com.example.games.coinflip.threetails.v1',
    source: cluster === '' ? path : `//${cluster}${path}`,
    subject: name,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: { namespace, name, uid, generation: readGeneration(meta), ...milestone },
  }
}

/** Builds the message of a milestone with its subject, ready to be published. */
export function buildNotification(
  prefix: string,
  meta: CoinFlipMeta,
  milestone: Milestone,
  cluster: string,
  now: Date,
) {
  return {
    subject: buildSubject(prefix, meta, milestone),
    payload: JSON.stringify(buildEvent(meta, milestone, cluster, now)),
    contentType: eventContentType,
  }
}
