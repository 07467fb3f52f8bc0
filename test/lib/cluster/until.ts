import { setTimeout as delay } from 'node:timers/promises'

const usualLimitMs = process.env.E2E_MODE === 'cluster' ? 60_000 : 30_000

/**
 * Looks until `done` says so, and answers what it saw then. Told last what it was waiting for,
 * since a wait that ends in vain shall say so together with what was there instead.
 */
export async function until<T>(
  look: () => Promise<T>,
  done: (seen: T) => unknown,
  what: string,
  limitMs = usualLimitMs,
): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    if (done(seen)) return seen
    if (performance.now() > deadline)
      throw new Error(`not after ${limitMs / 1000} s: ${what}; there is ${JSON.stringify(seen)}`)
    await delay(25)
  }
}
