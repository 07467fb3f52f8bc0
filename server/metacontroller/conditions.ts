/** A condition as it is stored in `status.conditions`. */
export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
  observedGeneration: number
  lastTransitionTime: string
}

/** What a hook says about one aspect of an object. */
export type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

/** The part of a stored condition that the next one depends on. */
export type StoredCondition = Pick<Condition, 'type' | 'status' | 'lastTransitionTime'>

const statuses: ReadonlySet<unknown> = new Set(['True', 'False', 'Unknown'])

/** Formats a time by RFC 3339 with whole seconds, the precision of Kubernetes' own times. */
function formatTime(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`
}

function isTime(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(text)
  )
}

/**
 * Reads what is valid in `status.conditions` as it came with the object, of any shape, of the given
 * types: a small part that a hook can keep while it waits.
 */
export function readConditions(stored: unknown, types: readonly string[]): StoredCondition[] {
  if (!Array.isArray(stored)) return []
  const conditions: StoredCondition[] = []
  for (const type of types) {
    const found = stored.find((c) => c?.type === type && statuses.has(c?.status))
    if (isTime(found?.lastTransitionTime))
      conditions.push({ type, status: found.status, lastTransitionTime: found.lastTransitionTime })
  }
  return conditions
}

/**
 * Makes conditions of verdicts. A condition whose status stays keeps its `lastTransitionTime`: a new
 * time in each answer would be a new status each time, and Metacontroller would call for ever.
 * `stored` is `status.conditions` as it came with the object, of any shape.
 */
export function updateConditions<V extends Verdict>(
  stored: unknown,
  verdicts: readonly V[],
  generation: number,
  now: Date,
): (V & Pick<Condition, 'observedGeneration' | 'lastTransitionTime'>)[] {
  const time = formatTime(now)
  const previous = readConditions(
    stored,
    verdicts.map(({ type }) => type),
  )
  return verdicts.map((verdict) => {
    const same = previous.find((c) => c.type === verdict.type && c.status === verdict.status)
    const since = same?.lastTransitionTime ?? time
    // A time in the future is of a clock that was set back since: ages would be negative.
    const lastTransitionTime = since < time ? since : time
    return { ...verdict, observedGeneration: generation, lastTransitionTime }
  })
}
