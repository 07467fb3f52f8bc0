import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from './user-error.ts'

type Ask<T> = () => T | Promise<T>

/** Asks until the answer is truthy or the time is up, and returns the last answer. */
export async function poll<T>(
  ask: Ask<T>,
  { timeoutMs, intervalMs = 50 }: { timeoutMs: number; intervalMs?: number },
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer || performance.now() > deadline) return answer
    await delay(intervalMs)
  }
}

/**
 * Asks until `isDone` accepts the answer, and returns that. When the time is up it throws an error
 * that names what was awaited and, as its cause, the last answer.
 */
export async function waitFor<T>(
  ask: Ask<T>,
  isDone: (answer: T) => unknown,
  options: { what?: string; timeoutMs?: number | undefined } = {},
): Promise<T> {
  const { what = 'the expected answer', timeoutMs = 60_000 } = options
  const seen: T[] = []
  const askAndKeep = async () => {
    seen[0] = await ask()
    return isDone(seen[0])
  }
  if (await poll(askAndKeep, { timeoutMs, intervalMs: 25 })) return seen[0] as T
  throw new UserError(`timed out after ${timeoutMs / 1000} s: ${what}`, { cause: seen[0] })
}
