import { poll } from '../lib/wait-for.ts'

/** Lists until nothing is left, or until nothing has gone for `patienceMs`; returns what is left. */
export async function pollUntilEmpty<T>(
  list: () => Promise<readonly T[]>,
  patienceMs: number,
): Promise<readonly T[]> {
  let left = await list()
  while (left.length > 0) {
    const before = left.length
    const hasShrunk = async () => {
      left = await list()
      return left.length < before
    }
    if (!(await poll(hasShrunk, { timeoutMs: patienceMs, intervalMs: 500 }))) return left
  }
  return left
}
