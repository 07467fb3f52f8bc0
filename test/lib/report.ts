import { fillPage, table } from '../../hack/lib/page.ts'
import { say } from '../../hack/lib/script.ts'
import { machineLine } from './machine.ts'
import { align } from './table.ts'

/** One line of a result: what was measured, and the goal if there is one. */
export interface Check {
  what: string
  measured: string
  goal?: string
  isReached?: boolean
}

/** A measurement without a goal. */
export function fact(what: string, measured: string | number): Check {
  return { what, measured: String(measured) }
}

/** A measurement with a goal. */
export function goal(
  what: string,
  measured: string | number,
  goal: string | number,
  isReached: boolean,
): Check {
  return { what, measured: String(measured), goal: String(goal), isReached }
}

/** The checks whose goal was missed, a line each. */
export function missed(checks: readonly Check[]): string[] {
  return checks
    .filter(({ isReached }) => isReached === false)
    .map(({ what, measured, goal }) => `${what}: ${measured}, should be: ${goal}`)
}

/** The head of a table of checks. */
export const checkHead = ['', 'measured', 'goal', 'reached']

export function checkRows(checks: readonly Check[]): string[][] {
  return checks.map(({ what, measured, goal = '', isReached }) => {
    const mark = isReached === undefined ? '' : isReached ? 'yes' : '**no**'
    return [what, measured, goal, mark]
  })
}

/** A part of docs/reliability.md that a run writes. */
export interface Section {
  /** Name of its marks. */
  name: string
  /** What was run, in a sentence or two. */
  description: string
  head: readonly string[]
  rows: readonly string[][]
  versions: Record<string, string | undefined>
  /** Whether the run was long enough for the page. */
  isComplete: boolean
}

/** Prints a table, and puts it into docs/reliability.md if the run was complete. */
export function publishTable(section: Section): void {
  const { name, description, head, rows, versions, isComplete } = section
  say(['', ...align([head, ...rows]), '', description].join('\n'))
  if (!isComplete) return
  const text = [description, table(head, rows), machineLine(versions)].join('\n\n')
  fillPage('docs/reliability.md', name, text)
}

/** Publishes checks, names those that were missed, and answers the exit code. */
export function publishChecks(
  section: Omit<Section, 'head' | 'rows'>,
  checks: readonly Check[],
): number {
  publishTable({ ...section, head: checkHead, rows: checkRows(checks) })
  const faults = missed(checks)
  for (const fault of faults) say(`missed: ${fault}`)
  return faults.length === 0 ? 0 : 1
}
