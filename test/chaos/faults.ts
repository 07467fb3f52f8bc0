import type { Random } from '../lib/random.ts'
import { type FaultKind, faultKinds, type Size } from './size.ts'

/** One fault of a plan; all that is left to chance about it is drawn beforehand. */
export interface Fault {
  kind: FaultKind
  /** From the start of the run. */
  atMs: number
  lastsMs: number
  /** From 0 to 1: which replica or object it meets. */
  pick: number
  /**
   * How long the process is frozen before it is killed: what others have sent it by then is lost,
   * which it is not when it dies in the midst of its work.
   */
  frozenFirstMs: number
}

const frozenFirstMs = [200, 500] as const

/** Share of the time between two faults of a kind that is left to chance. */
const jitter = 0.6

/**
 * Faults at random times: those of one kind are spread over the run, those of different kinds may
 * well overlap. Every second kill of nats-server meets a frozen one.
 */
export function planFaults(random: Random, { windowMs, faults }: Size): Fault[] {
  const planned = faultKinds.flatMap((kind) =>
    Array.from({ length: faults[kind].count }, (_, i): Fault => {
      const [shortest, longest] = faults[kind].lastsMs
      const share = (i + random.next() * jitter) / faults[kind].count
      const frozen = kind === 'nats-server killed' && i % 2 === 0
      return {
        kind,
        atMs: Math.round(windowMs * (0.05 + 0.9 * share)),
        // A nats-server that is back at once meets publishes that still wait for the one before.
        lastsMs: frozen ? 0 : random.between(shortest, longest),
        pick: random.next(),
        frozenFirstMs: frozen ? random.between(...frozenFirstMs) : 0,
      }
    }),
  )
  return planned.sort((a, b) => a.atMs - b.atMs)
}

/** One fault of each kind that the run has, in the middle of its range. */
export function planAlone({ faults }: Size): Fault[] {
  return faultKinds
    .filter((kind) => faults[kind].count > 0)
    .map((kind) => {
      const [shortest, longest] = faults[kind].lastsMs
      return { kind, atMs: 0, lastsMs: (shortest + longest) / 2, pick: 0.25, frozenFirstMs: 0 }
    })
}
