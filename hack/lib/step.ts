import { spin, warn } from './script.ts'

/** Writes a line of the result to standard output; progress goes to standard error. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Reports a step on standard error: a spinner and then a tick on a terminal, else a plain line. */
export async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  const { isTTY } = process.stderr
  if (!isTTY) warn(text)
  const result = await spin(text, work)
  if (isTTY) warn(`✓ ${text}`)
  return result
}

/** `1 flip`, `2 flips`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
