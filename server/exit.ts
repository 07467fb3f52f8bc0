/** Ends the process with one line for a person. */
export function exitWith(line: string): never {
  process.stderr.write(`coinflip-operator: ${line}\n`)
  process.exit(1)
}

/** The code of a system error; its message may hold a path or more. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}
