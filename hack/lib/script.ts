import { spinner } from 'zx'
import { UserError } from './user-error.ts'

export { root } from './root.ts'

/** The arguments behind the script's name in `zx hack/name.ts ...`. */
export function scriptArguments(): string[] {
  return process.argv.slice(3)
}

/** Runs a script to its exit code; whatever was registered by onExit is undone at its end. */
export async function script(main: () => Promise<number>): Promise<never> {
  // Whoever reads the output may go away before the end, as `head` does.
  process.stdout.on('error', () => process.exit(1))
  try {
    process.exit(await main())
  } catch (error) {
    if (error instanceof UserError) warn(error.message)
    else warn(String(error instanceof Error ? error.stack : error))
    process.exit(1)
  }
}

/** Writes a line to standard error, over a spinner if one turns. */
export function warn(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`)
}

/** Shows on a terminal that something takes its time. */
export async function spin<T>(text: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work()
  return await spinner(text, work)
}
