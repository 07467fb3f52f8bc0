import { counted } from '../lib/script.ts'

/** The severity; `skipped` if the check could not run. */
export type Level = 'ok' | 'warning' | 'failure' | 'skipped'

/** The result of a check. */
export interface Finding {
  level: Level
  text: string
  /** The command that fixes it. */
  help?: string | undefined
}

export const ok = (text: string): Finding => ({ level: 'ok', text })
export const warning = (text: string, help?: string): Finding => ({ level: 'warning', text, help })
export const failure = (text: string, help?: string): Finding => ({ level: 'failure', text, help })
export const skipped = (text: string): Finding => ({ level: 'skipped', text })

const colours: Record<Level, number> = { ok: 32, warning: 33, failure: 31, skipped: 90 }

const mostCharacters = 300

/** Texts of kubectl and conditions may be long and have control characters. */
function clean(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ')
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line
}

/** The lines of a finding about a part of the system, and the command that fixes it. */
export function linesOf(
  { part, level, text, help }: Finding & { part: string },
  coloured: boolean,
): string[] {
  const word = level.padEnd(8)
  const first = coloured ? `\u001b[${colours[level]}m${word}\u001b[0m` : word
  const line = `${first} ${part.padEnd(15)} ${clean(text)}`
  return help ? [line, `${' '.repeat(25)}-> ${help}`] : [line]
}

/** The number of findings of each level. */
export function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((each) => each.level === level).length
  const skips = count('skipped')
  return [
    `${count('ok')} ok`,
    counted(count('warning'), 'warning'),
    counted(count('failure'), 'failure'),
    ...(skips > 0 ? [`${skips} skipped`] : []),
  ].join(', ')
}
