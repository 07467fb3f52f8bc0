import { counted } from '../lib/step.ts'
import type { Finding, Level } from './finding.ts'

const colours: Record<Level, number> = { ok: 32, warning: 33, failure: 31, skipped: 90 }

const indent = ' '.repeat(25)

const mostCharacters = 300

/** Texts of kubectl and conditions may be long and have control characters. */
function clean(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ')
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line
}

/** The lines of a finding: itself, its details, and the command that fixes it. */
export function linesOf(name: string, finding: Finding, coloured: boolean): string[] {
  const { level, text, details = [], help } = finding
  const word = level.padEnd(8)
  const first = coloured ? `\u001b[${colours[level]}m${word}\u001b[0m` : word
  return [
    `${first} ${name.padEnd(15)} ${clean(text)}`,
    ...details.map((each) => indent + clean(each)),
    ...(help ? [`${indent}-> ${help}`] : []),
  ]
}

/** The number of findings of each level. */
export function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((each) => each.level === level).length
  const skipped = count('skipped')
  return [
    `${count('ok')} ok`,
    counted(count('warning'), 'warning'),
    counted(count('failure'), 'failure'),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ')
}
