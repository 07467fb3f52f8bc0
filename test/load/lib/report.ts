import { fillPage, table } from '../../../hack/lib/page.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { machineLine } from '../../lib/machine.ts'
import { align } from '../../lib/table.ts'
import { type Check, columns, missed, rowsOf } from './checks.ts'

/** A whole number above 0 of the environment. */
export function readWholeNumber(name: string, byDefault: number): number {
  const text = process.env[name]
  if (!text) return byDefault
  if (!/^[1-9]\d*$/.test(text))
    throw new UserError(`${name}=${text}: it must be a whole number above 0`)
  return Number(text)
}

/** A table of results with its place in docs/reliability.md. */
export interface Section {
  name: string
  /** What was run, in a sentence or two. */
  description: string
  columns: readonly string[]
  rows: readonly string[][]
  versions: Record<string, string | undefined>
  /** Whether the run was long enough for the page. */
  isComplete: boolean
}

/** Prints a table, and puts it into docs/reliability.md if the run was complete. */
export function publishSection(section: Section): void {
  const { name, description, columns, rows, versions, isComplete } = section
  const lines = ['', ...align([[...columns], ...rows]), '', description]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (!isComplete) return
  const text = [description, table(columns, rows), machineLine(versions)].join('\n\n')
  fillPage('docs/reliability.md', name, text)
}

/** Publishes checks, names those that were missed, and answers the exit code. */
export function conclude({
  checks,
  ...section
}: Omit<Section, 'columns' | 'rows'> & { checks: readonly Check[] }): number {
  publishSection({ ...section, columns, rows: rowsOf(checks) })
  const failed = missed(checks)
  for (const { what, measured, goal } of failed)
    process.stdout.write(`missed: ${what}: ${measured}, should be: ${goal}\n`)
  return failed.length === 0 ? 0 : 1
}
