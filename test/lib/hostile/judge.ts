import { describeOutcomes, type Served } from '../calls.ts'
import type { Deployed } from '../deployment.ts'
import { type Check, fact, goal } from '../report.ts'

/** Measurements during and after an attack. */
export interface Observed {
  seconds: number
  /** Counts of what the attack sent, by name. */
  sent: Record<string, number>
  /** Well-behaved callers, by protocol. */
  neighbours: Record<string, Served>
  /** Cause of an unexpected end of the process. */
  ended?: string | undefined
  /** How often the kernel killed it for its memory. */
  kills: number
  highestMb: number
  /** The slowest response of each probe in milliseconds; infinite where one failed. */
  slowest: { livez: number; readyz: number }
  /** From the end of the attack until calls are served; undefined beyond the limit. */
  recoveredAfterMs: number | undefined
  /** Bytes of warnings and errors; each stored notification may have its own line. */
  logBytes: number
  /** The shutdown after SIGTERM, with the connections of the attack still open. */
  stop: { cause: string; ms: number }
}

/** The limits that do not come from the Deployment. */
export const bounds = {
  /** Least share of a neighbour's calls answered with 200. */
  share: 0.9,
  recoveryMs: 5_000,
  // 100 short lines a second.
  logBytesPerSecond: 20_000,
  stopMs: 5_000,
}

const shareOf = ({ calls, answered }: Served) => (calls === 0 ? 0 : answered / calls)
const percent = (share: number) => `${Math.floor(share * 100)} %`
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const kb = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`
const whole = (ms: number) => (Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : 'none')

/** What an attack measured against the limits that the service has to keep. */
export function checksOf(
  observed: Observed,
  { memoryBytes, liveness, readiness }: Deployed,
  share = bounds.share,
): Check[] {
  const { sent, neighbours, ended, kills, highestMb, slowest, recoveredAfterMs, stop } = observed
  const [[protocol = 'none', worst] = []] = Object.entries(neighbours).sort(
    ([, a], [, b]) => shareOf(a) - shareOf(b),
  )
  const kept = worst ? shareOf(worst) : 0
  const isKept = kept >= share
  const why = isKept || !worst ? '' : ` over ${protocol}: ${describeOutcomes(worst)}`
  const memoryMb = memoryBytes / 2 ** 20
  const perSecond = observed.logBytes / observed.seconds
  // The other limits mean nothing for a process that has ended.
  const whileRunning: typeof goal = (what, measured, wanted, isReached) =>
    ended === undefined ? goal(what, measured, wanted, isReached) : fact(what, 'ended')
  const end = kills > 0 ? 'killed by the kernel for its memory' : ended
  return [
    goal(
      'sent',
      Object.entries(sent)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ') || 'nothing',
      'something',
      Object.values(sent).some((count) => count > 0),
    ),
    goal("neighbour's calls", `${percent(kept)}${why}`, percent(share), isKept),
    fact('p50, p99', worst ? `${whole(worst.p50Ms)}, ${whole(worst.p99Ms)}` : ''),
    goal(
      'highest memory',
      `${highestMb.toFixed(0)} MB`,
      `below ${memoryMb} MB`,
      highestMb < memoryMb,
    ),
    whileRunning(
      'slowest of /livez, /readyz',
      `${whole(slowest.livez)}, ${whole(slowest.readyz)}`,
      `${liveness.timeoutMs} ms, ${readiness.timeoutMs} ms`,
      slowest.livez <= liveness.timeoutMs && slowest.readyz <= readiness.timeoutMs,
    ),
    whileRunning(
      'recovered after',
      recoveredAfterMs === undefined ? 'no' : seconds(recoveredAfterMs),
      seconds(bounds.recoveryMs),
      recoveredAfterMs !== undefined,
    ),
    whileRunning(
      'log',
      kb(observed.logBytes),
      `${kb(bounds.logBytesPerSecond)} a second`,
      perSecond <= bounds.logBytesPerSecond,
    ),
    goal(
      'SIGTERM',
      end ?? `${seconds(stop.ms)}, ${stop.cause}`,
      `${seconds(bounds.stopMs)}, exit code 0`,
      end === undefined && stop.ms <= bounds.stopMs && stop.cause === 'exit code 0',
    ),
  ]
}
