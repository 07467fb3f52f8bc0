import { spinner } from 'zx'
import { UserError } from './user-error.ts'

export { root } from './root.ts'

/** The arguments after the script's name in `zx hack/name.ts ...`. */
export function scriptArguments(): string[] {
  return process.argv.slice(3)
}

/** Runs a script and exits with the code that it returns; a UserError is printed as one line. */
export async function script(main: () => Promise<number>): Promise<never> {
  // The reader may close the pipe early, as `head` does.
  process.stdout.on('error', () => process.exit(1))
  try {
    process.exit(await main())
  } catch (error) {
    if (error instanceof UserError) warn(error.message)
    else warn(String(error instanceof Error ? error.stack : error))
    process.exit(1)
  }
}

/** Writes a line to standard error, replacing the line of a spinner. */
export function warn(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`)
}

/** Shows a spinner on a terminal while `work` runs. */
export async function spin<T>(text: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work()
  return await spinner(text, work)
}
