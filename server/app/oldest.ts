/** The longest wait among many objects, by reason; nothing is kept for a single object. */
export interface Oldest {
  /** Records that an object has waited `ageMs` for this reason. */
  record(reason: string, ageMs: number): void
  /** Returns the greatest age in ms, by reason, of the objects of the last one to two windows. */
  agesMs(): ReadonlyMap<string, number>
}

/**
 * Remembers for `windowMs` to twice that, in constant memory: two generations of minima. `elapsedMs`
 * must not run backwards when the clock of the machine is set.
 */
export function trackOldest(
  windowMs: number,
  elapsedMs: () => number = () => performance.now(),
): Oldest {
  // Times of `elapsedMs`.
  let startMs = elapsedMs()
  let recent = new Map<string, number>()
  let previous = new Map<string, number>()

  function rotate(): void {
    const ageMs = elapsedMs() - startMs
    if (ageMs < windowMs) return
    previous = ageMs < 2 * windowMs ? recent : new Map()
    recent = new Map()
    startMs = elapsedMs()
  }

  return {
    record(reason, ageMs) {
      rotate()
      const sinceMs = elapsedMs() - Math.max(ageMs, 0)
      recent.set(reason, Math.min(sinceMs, recent.get(reason) ?? sinceMs))
    },
    agesMs() {
      rotate()
      const sinceMs = new Map(previous)
      for (const [reason, since] of recent)
        sinceMs.set(reason, Math.min(since, sinceMs.get(reason) ?? since))
      const now = elapsedMs()
      return new Map([...sinceMs].map(([reason, since]) => [reason, now - since]))
    },
  }
}
