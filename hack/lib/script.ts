import { spinner } from 'zx'
import { UserError } from './user-error.ts'

/** The arguments after the script's name in `zx hack/name.ts ...`. */
export function scriptArguments(): string[] {
  return process.argv.slice(3)
}

/** Runs a script and exits with its exit code, or 0; a UserError is printed as one line. */
export async function script(main: () => Promise<number> | Promise<void>): Promise<never> {
  // The reader may close the pipe early, as `head` does.
  process.stdout.on('error', () => process.exit(1))
  try {
    process.exit((await main()) ?? 0)
  } catch (error) {
    if (error instanceof UserError) warn(error.message)
    else warn(String(error instanceof Error ? error.stack : error))
    process.exit(1)
  }
}

/** Writes a line of the result to standard output; progress goes to standard error. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a line to standard error, replacing the line of a spinner. */
export function warn(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`)
}

/** Shows a spinner on a terminal while `work` runs. */
export async function spin<T>(text: string, work: () => Promise<T>): Promise<T> {
  return process.stderr.isTTY ? spinner(text, work) : work()
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
