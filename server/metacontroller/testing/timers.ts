/** A clock with timers. */
export interface Timers {
  nowMs(): number
  /** Runs `work` later; returns a function that cancels it. */
  later(work: () => void, ms: number): () => void
}

/** The clock of this process or page. */
export const realTimers: Timers = {
  nowMs: () => Date.now(),
  later(work, ms) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

/** A clock that stands still until it is told to go on. */
export interface Clock extends Timers {
  /** Goes to the next timer within `untilMs` and runs it; false where there is none. */
  step(untilMs: number): boolean
}

/** Creates a clock that starts at a fixed moment. */
export function createClock(startMs = Date.UTC(2026, 0, 1)): Clock {
  let now = startMs
  const pending = new Set<{ atMs: number; work: () => void }>()
  return {
    nowMs: () => now,
    later(work, ms) {
      const timer = { atMs: now + ms, work }
      pending.add(timer)
      return () => void pending.delete(timer)
    },
    step(untilMs) {
      const [next] = [...pending].sort((a, b) => a.atMs - b.atMs)
      if (!next || next.atMs > untilMs) {
        now = Math.max(now, untilMs)
        return false
      }
      pending.delete(next)
      now = Math.max(now, next.atMs)
      next.work()
      return true
    },
  }
}
