import { setTimeout as delay } from 'node:timers/promises'

const intervalMs = 500

/**
 * Lists until nothing is left, or until the list has not become shorter for `patienceMs`; resolves to
 * the last answer. An answer that is no list ends it as well.
 */
export async function pollUntilEmpty<Answer>(
  list: () => Promise<Answer>,
  patienceMs: number,
): Promise<Answer> {
  let fewest = Number.POSITIVE_INFINITY
  let deadline = 0
  for (;;) {
    const answer = await list()
    const count = Array.isArray(answer) ? answer.length : 0
    if (count < fewest) {
      fewest = count
      deadline = performance.now() + patienceMs
    }
    if (count === 0 || performance.now() > deadline) return answer
    await delay(intervalMs)
  }
}
