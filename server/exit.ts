/** Ends the process with a one-line error message. */
export function exitWith(line: string): never {
  process.stderr.write(`coinflip-operator: ${line}\n`)
  process.exit(1)
}
