import { fillPage, table } from '../../../hack/lib/page.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { machineLine } from '../../lib/machine.ts'
import { align } from '../../lib/table.ts'
import { type Check, heads, missed, rowsOf } from './checks.ts'

/** A whole number of the environment. */
export function wholeNumber(name: string, byDefault: number): number {
  const text = process.env[name]
  if (!text) return byDefault
  if (!/^[1-9]\d*$/.test(text))
    throw new UserError(`${name}=${text}: it must be a whole number above 0`)
  return Number(text)
}

/** One result, named for the page. */
export interface Result {
  /** Of the marks in docs/reliability.md. */
  part: string
  /** What was run, in a sentence or two. */
  what: string
  checks: readonly Check[]
  versions: Record<string, string | undefined>
  /** Whether the run was as long as it has to be to be shown. */
  whole: boolean
}

/** Prints a result, puts it into the page if it is whole, and answers the exit code. */
export function conclude({ part, what, checks, versions, whole }: Result): number {
  const rows = rowsOf(checks)
  const lines = ['', ...align([[...heads], ...rows]), '', what]
  const failed = missed(checks)
  for (const { what, measured, goal } of failed)
    lines.push(`missed: ${what}: ${measured}, should be: ${goal}`)
  process.stdout.write(`${lines.join('\n')}\n`)
  if (whole) {
    const text = [what, table(heads, rows), machineLine(versions)].join('\n\n')
    fillPage('docs/reliability.md', part, text)
  }
  return failed.length === 0 ? 0 : 1
}
