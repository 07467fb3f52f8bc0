/** A limit that many holders share, so that none of them can use all of it. */
export interface Share {
  /** How much all holders have together. */
  readonly used: number
  /** Takes `amount` for a holder, unless the holder would then have more than is free. */
  tryTake(holder: unknown, amount?: number): boolean
  /** Whether `tryTake` would succeed. */
  fits(holder: unknown, amount?: number): boolean
  /** Returns what a holder has taken. */
  release(holder: unknown, amount?: number): void
}

/**
 * Creates a share of `limit` with a dynamic threshold, as switches share their buffers: a holder may
 * have no more than is free. One holder alone reaches half, n together leave 1 / (n + 1) for the next.
 * A late holder still gets `reserved`, so m holders take at most `limit` + m * `reserved`.
 */
export function createShare(limit: number, reserved: number): Share {
  const held = new Map<unknown, number>()
  let used = 0
  const fits = (holder: unknown, amount = 1) =>
    (held.get(holder) ?? 0) + amount <= Math.max(reserved, limit - used)
  return {
    get used() {
      return used
    },
    fits,
    tryTake(holder, amount = 1) {
      if (!fits(holder, amount)) return false
      held.set(holder, (held.get(holder) ?? 0) + amount)
      used += amount
      return true
    },
    release(holder, amount = 1) {
      const rest = (held.get(holder) ?? 0) - amount
      if (rest > 0) held.set(holder, rest)
      else held.delete(holder)
      used -= amount
    },
  }
}
