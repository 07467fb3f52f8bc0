import { setTimeout as delay } from 'node:timers/promises'

/** Tries until it is so; false when the time is up. */
export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  limitMs: number,
  everyMs = 50,
): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > deadline) return false
    await delay(everyMs)
  }
  return true
}
