/** How bad it is; `skipped` is what could not be looked at. */
export type Level = 'ok' | 'warning' | 'failure' | 'skipped'

/** A line of the doctor. */
export interface Finding {
  level: Level
  text: string
  /** Lines that belong to it. */
  details?: readonly string[]
  /** The one command that helps. */
  help?: string | undefined
}

export const ok = (text: string): Finding => ({ level: 'ok', text })
export const warning = (text: string, help?: string): Finding => ({ level: 'warning', text, help })
export const failure = (text: string, help?: string): Finding => ({ level: 'failure', text, help })
export const skipped = (text: string, help?: string): Finding => ({ level: 'skipped', text, help })
