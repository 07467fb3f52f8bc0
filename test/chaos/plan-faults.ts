import type { Random } from '../lib/random.ts'
import { type FaultKind, faultKinds, type RunSize } from './run-size.ts'

/** One fault of a plan; everything random about it is drawn beforehand. */
export interface Fault {
  kind: FaultKind
  /** From the start of the run. */
  atMs: number
  durationMs: number
  /** From 0 to 1: selects the replica or object. */
  pick: number
  /**
   * How long the process is frozen before it is killed: what others have sent to it meanwhile is
   * lost, which does not happen when it is killed while it works.
   */
  frozenFirstMs: number
}

const frozenFirstMs = [200, 500] as const

/** Random share of the time between two faults of a kind. */
const jitter = 0.6

/**
 * Faults at random times: those of one kind are spread over the run, those of different kinds may
 * overlap. Every second kill of nats-server is of a frozen one.
 */
export function planFaults(random: Random, { windowMs, faults }: RunSize): Fault[] {
  const planned = faultKinds.flatMap((kind) =>
    Array.from({ length: faults[kind].count }, (_, i): Fault => {
      const [shortest, longest] = faults[kind].durationMs
      const share = (i + random.next() * jitter) / faults[kind].count
      const frozen = kind === 'nats-server killed' && i % 2 === 0
      return {
        kind,
        atMs: Math.round(windowMs * (0.05 + 0.9 * share)),
        // A nats-server that is back at once gets publishes that still waited for the one before.
        durationMs: frozen ? 0 : random.between(shortest, longest),
        pick: random.next(),
        frozenFirstMs: frozen ? random.between(...frozenFirstMs) : 0,
      }
    }),
  )
  return planned.sort((a, b) => a.atMs - b.atMs)
}

/** One fault of each kind of the run, of average duration. */
export function planAlone({ faults }: RunSize): Fault[] {
  return faultKinds
    .filter((kind) => faults[kind].count > 0)
    .map((kind) => {
      const [shortest, longest] = faults[kind].durationMs
      return { kind, atMs: 0, durationMs: (shortest + longest) / 2, pick: 0.25, frozenFirstMs: 0 }
    })
}
