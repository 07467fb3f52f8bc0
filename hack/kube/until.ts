import { setTimeout as delay } from 'node:timers/promises'

/** Asks until there is an answer; undefined when the time is up. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  limitMs: number,
  everyMs = 500,
): Promise<T | undefined> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) return undefined
    await delay(everyMs)
  }
}

/** Lists until nothing is left; what is left when nothing has gone for as long as `patienceMs`. */
export async function untilEmpty<T>(
  list: () => Promise<readonly T[]>,
  patienceMs: number,
): Promise<readonly T[]> {
  let left = await list()
  while (left.length > 0) {
    const before = left.length
    const fewer = await until(async () => {
      left = await list()
      return left.length < before ? true : undefined
    }, patienceMs)
    if (!fewer) return left
  }
  return left
}
