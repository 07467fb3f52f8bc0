import type { Notifier } from './notifier.ts'

/** Time as the hooks see it. */
export interface Clock {
  now(): Date
  /** Milliseconds since a fixed moment; never runs backwards. */
  elapsedMs(): number
}

/** The part of a pino logger that the hooks use. */
export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

export interface HookSettings {
  subjectPrefix: string
  /** Part of the source of each event; empty for none. */
  clusterName: string
  /** How long one call may spend publishing. */
  publishBudgetMs: number
  /** How long one publish may wait for its acknowledgement. */
  publishTimeoutMs: number
}

/** Everything that a hook needs besides the call itself. */
export interface HookContext {
  notifier: Notifier
  clock: Clock
  log: Log
  settings: HookSettings
  /** Between 0 and 1, as Math.random. */
  random(): number
}

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
}
