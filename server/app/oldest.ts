/** Since when the oldest of many has waited, by reason; nothing is kept of a single one. */
export interface Oldest {
  /** One waits for this reason since this moment, in ms. */
  saw(reason: string, sinceMs: number): void
  /** The earliest moment by reason, of those seen within one to two windows. */
  sinceMs(): ReadonlyMap<string, number>
}

/** Remembers for `windowMs` to twice that, whatever the number: two generations of minima. */
export function trackOldest(windowMs: number, now: () => number = Date.now): Oldest {
  let beganMs = now()
  let recent = new Map<string, number>()
  let before = new Map<string, number>()

  function turn(): void {
    const ageMs = now() - beganMs
    if (ageMs < windowMs) return
    before = ageMs < 2 * windowMs ? recent : new Map()
    recent = new Map()
    beganMs = now()
  }
  const earlier = (a: number, b: number | undefined) => (b === undefined ? a : Math.min(a, b))

  return {
    saw(reason, sinceMs) {
      turn()
      recent.set(reason, earlier(sinceMs, recent.get(reason)))
    },
    sinceMs() {
      turn()
      const all = new Map(before)
      for (const [reason, since] of recent) all.set(reason, earlier(since, all.get(reason)))
      return all
    },
  }
}
