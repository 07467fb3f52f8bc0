import type { Timers } from '../../../hack/playground/page/types.ts'

/** A clock that a test advances. */
export function fakeTimers(startMs = Date.parse('2026-11-22T12:00:00Z')) {
  let now = startMs
  let pending: { atMs: number; work: () => void }[] = []
  const timers: Timers = {
    nowMs: () => now,
    later(work, ms) {
      const timer = { atMs: now + ms, work }
      pending.push(timer)
      return () => {
        pending = pending.filter((other) => other !== timer)
      }
    },
  }
  /** Lets time pass, and everything that is under way get as far as it goes. */
  async function pass(ms: number): Promise<void> {
    const end = now + ms
    await settled()
    for (;;) {
      const [next] = pending.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)
      if (!next) break
      pending = pending.filter((other) => other !== next)
      now = Math.max(now, next.atMs)
      next.work()
      await settled()
    }
    now = end
  }
  return { timers, pass }
}

/** Resolves when no promise is left that could go on by itself. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
