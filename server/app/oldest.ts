/** For how long the oldest of many has waited, by reason; nothing is kept of a single one. */
export interface Oldest {
  /** One has waited for this reason for so long by now, in ms. */
  saw(reason: string, ageMs: number): void
  /** The greatest age by now, in ms, by reason, of those seen within one to two windows. */
  agesMs(): ReadonlyMap<string, number>
}

/**
 * Remembers for `windowMs` to twice that, whatever the number: two generations of minima.
 * `elapsedMs` must not run backwards when the clock of the machine is set.
 */
export function trackOldest(
  windowMs: number,
  elapsedMs: () => number = () => performance.now(),
): Oldest {
  // Moments of `elapsedMs`.
  let beganMs = elapsedMs()
  let recent = new Map<string, number>()
  let before = new Map<string, number>()

  function turn(): void {
    const ageMs = elapsedMs() - beganMs
    if (ageMs < windowMs) return
    before = ageMs < 2 * windowMs ? recent : new Map()
    recent = new Map()
    beganMs = elapsedMs()
  }

  return {
    saw(reason, ageMs) {
      turn()
      const sinceMs = elapsedMs() - Math.max(ageMs, 0)
      recent.set(reason, Math.min(sinceMs, recent.get(reason) ?? sinceMs))
    },
    agesMs() {
      turn()
      const sinceMs = new Map(before)
      for (const [reason, since] of recent)
        sinceMs.set(reason, Math.min(since, sinceMs.get(reason) ?? since))
      const now = elapsedMs()
      return new Map([...sinceMs].map(([reason, since]) => [reason, now - since]))
    },
  }
}
