/** Ends the process with one line for a person. */
export function exitWith(line: string): never {
  process.stderr.write(`coinflip-operator: ${line}\n`)
  process.exit(1)
}
