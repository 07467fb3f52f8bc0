import Type, { type Static } from 'typebox'

export const group = 'games.example.com'
export const version = 'v1alpha1'
export const kind = 'CoinFlip'
export const plural = 'coinflips'
export const apiVersion = `${group}/${version}`

/** Longest history of one object: 82 KB, far below the 1.5 MB that etcd takes. */
export const maxFlips = 10_000

/** `"true"` pauses notifications; a deletion ignores it. */
export const pausedAnnotation = `${group}/paused`
/** `"true"` allows a deletion with notifications pending. */
export const abandonAnnotation = `${group}/abandon-notifications`

// Not a union of literals: a CRD takes neither `const` nor types inside anyOf.
export const Face = Type.Enum(['Heads', 'Tails'], {
  type: 'string',
  description: 'Side of the coin that came up: Heads or Tails.',
})
export type Face = Static<typeof Face>

export const CoinFlipSpec = Type.Object(
  {
    flips: Type.Array(Face, {
      description:
        'Flips in the order they were made, oldest first, at most 10,000. Flips can be appended, ' +
        'but existing flips cannot be changed, removed or moved.',
      maxItems: maxFlips,
      'x-kubernetes-list-type': 'atomic',
    }),
  },
  { description: 'The flips that were made.' },
)

const count = (description: string) => Type.Integer({ description, minimum: 0, format: 'int32' })

export const Streak = Type.Object(
  {
    face: Face,
    length: Type.Integer({
      description: 'How many flips the run has so far.',
      minimum: 1,
      format: 'int32',
    }),
  },
  {
    description: 'The run of equal faces at the end of the history; absent before the first flip.',
  },
)
export type Streak = Static<typeof Streak>

export const Condition = Type.Object(
  {
    type: Type.String({
      description: 'Aspect that the condition describes: ThreeTails, Notified or Ready.',
      minLength: 1,
      maxLength: 316,
    }),
    status: Type.Enum(['True', 'False', 'Unknown'], {
      type: 'string',
      description: 'Whether it holds: True, False or Unknown.',
    }),
    observedGeneration: Type.Integer({
      description: 'Generation of the object that the condition was computed from.',
      minimum: 0,
      format: 'int64',
    }),
    lastTransitionTime: Type.String({
      description: 'When the status of this condition last changed.',
      format: 'date-time',
    }),
    reason: Type.String({
      description: 'Cause of the current status, as one word for programs.',
      minLength: 1,
      maxLength: 1024,
    }),
    message: Type.String({
      description: 'Cause of the current status, as a sentence for people.',
      maxLength: 32768,
    }),
  },
  { description: 'A standard Kubernetes condition.' },
)
export type Condition = Static<typeof Condition>

export const CoinFlipStatus = Type.Object(
  {
    observedGeneration: Type.Integer({
      description: 'Generation of the object that this status was computed from.',
      minimum: 0,
      format: 'int64',
    }),
    flips: count('Number of flips.'),
    heads: count('Number of flips that came up Heads.'),
    tails: count('Number of flips that came up Tails.'),
    streak: Type.Optional(Streak),
    milestones: count('Number of runs of tails that reached three.'),
    notifications: count(
      'How many of the milestones, from the first on, the stream has acknowledged. ' +
        'A hint that avoids duplicates, which the stream would refuse.',
    ),
    conditions: Type.Array(Condition, {
      description: 'ThreeTails, Notified and Ready.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    }),
  },
  { description: 'The observed state of the CoinFlip.' },
)
export type CoinFlipStatus = Static<typeof CoinFlipStatus>

const namePattern = '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$'
// Namespace and uid become tokens of NATS subjects: no dot, blank or wildcard can pass these.
const namespacePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'
const uidPattern = '^[A-Za-z0-9][-A-Za-z0-9_]*$'

export const CoinFlipMeta = Type.Object({
  namespace: Type.String({ pattern: namespacePattern, maxLength: 63 }),
  name: Type.String({ pattern: namePattern, maxLength: 253 }),
  uid: Type.String({ pattern: uidPattern, maxLength: 64 }),
  generation: Type.Optional(Type.Integer({ minimum: 0 })),
  annotations: Type.Optional(
    Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
    }),
  ),
  deletionTimestamp: Type.Optional(Type.String()),
})
export type CoinFlipMeta = Static<typeof CoinFlipMeta>

/**
 * A CoinFlip as a hook receives it. Its status is whatever was stored last, by this or another
 * version or by a person, so its shape is not validated.
 */
export const CoinFlip = Type.Object({
  apiVersion: Type.Optional(Type.Enum([apiVersion], { type: 'string' })),
  kind: Type.Optional(Type.Enum([kind], { type: 'string' })),
  metadata: CoinFlipMeta,
  spec: CoinFlipSpec,
  status: Type.Optional(Type.Unknown()),
})
export type CoinFlip = Static<typeof CoinFlip>

/** Whether an annotation says `"true"`, the one value that switches something on. */
export function isAnnotated(meta: CoinFlipMeta, annotation: string): boolean {
  return meta.annotations?.[annotation] === 'true'
}

/** Reads the object's generation; Kubernetes counts from 1, a call written by hand may lack it. */
export function readGeneration(meta: CoinFlipMeta): number {
  return meta.generation ?? 1
}
