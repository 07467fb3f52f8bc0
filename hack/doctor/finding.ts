/** The severity; `skipped` if the check could not run. */
export type Level = 'ok' | 'warning' | 'failure' | 'skipped'

/** The result of a check. */
export interface Finding {
  level: Level
  text: string
  /** Further lines. */
  details?: readonly string[]
  /** The command that fixes it. */
  help?: string | undefined
}

export const ok = (text: string): Finding => ({ level: 'ok', text })
export const warning = (text: string, help?: string): Finding => ({ level: 'warning', text, help })
export const failure = (text: string, help?: string): Finding => ({ level: 'failure', text, help })
export const skipped = (text: string, help?: string): Finding => ({ level: 'skipped', text, help })
