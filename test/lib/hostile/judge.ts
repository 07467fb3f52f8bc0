import type { Served } from './served.ts'

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
  /** Why no cgroup enforces the memory limit. */
  unlimited?: string | undefined
  highestMb: number
  /** The slowest response of each probe; infinite where one failed. */
  slowest: { livez: number; readyz: number }
  /** From the end of the attack until calls are served; undefined beyond the limit. */
  recoveredAfterMs: number | undefined
  /** Bytes of warnings and errors; each stored notification may have its own line. */
  logBytes: number
  /** The first warning or error in its log, shortened. */
  complaint?: string | undefined
  /** The shutdown after SIGTERM, with the connections of the attack still open. */
  stop: { cause: string; ms: number }
}

/** Limits that the service has to keep under attack. */
export interface Bounds {
  memoryMb: number
  share: number
  livezMs: number
  readyzMs: number
  recoveryMs: number
  logBytesPerSecond: number
  stopMs: number
}

/** The limits that do not come from the Deployment. */
export const usualBounds: Omit<Bounds, 'memoryMb' | 'livezMs' | 'readyzMs'> = {
  share: 0.9,
  recoveryMs: 5_000,
  // 100 short lines a second.
  logBytesPerSecond: 20_000,
  stopMs: 5_000,
}

export const shareOf = ({ calls, answered }: Served) => (calls === 0 ? 0 : answered / calls)

const percent = (share: number) => `${Math.floor(share * 100)} %`
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

const took = (ms: number) => (Number.isFinite(ms) ? `took ${seconds(ms)}` : 'failed')

function mostOf(others: Record<string, number>): string {
  const sorted = Object.entries(others).sort(([, a], [, b]) => b - a)
  return sorted
    .slice(0, 3)
    .map(([what, n]) => `${n} x ${what}`)
    .join(', ')
}

/** A sentence for each limit that the service did not keep. */
export function faultsOf(observed: Observed, bounds: Bounds): string[] {
  const faults: string[] = []
  const { ended, kills, highestMb, slowest, recoveredAfterMs, stop } = observed
  const check = (right: boolean, fault: string) => {
    if (!right) faults.push(fault)
  }
  check(
    Object.values(observed.sent).some((n) => n > 0),
    'the attack sent nothing',
  )
  check(ended === undefined, `the process ended: ${ended}`)
  check(kills === 0, 'the kernel killed it for its memory')
  check(highestMb < bounds.memoryMb, `memory: ${highestMb.toFixed(0)} MB`)
  for (const [protocol, served] of Object.entries(observed.neighbours)) {
    const share = shareOf(served)
    const why = mostOf(served.others)
    check(
      share >= bounds.share,
      `the neighbour over ${protocol} kept ${percent(share)} of ${served.calls} calls: ${why}`,
    )
  }
  // The other limits mean nothing for a process that has ended.
  if (ended !== undefined) return faults
  check(slowest.livez <= bounds.livezMs, `/livez ${took(slowest.livez)}`)
  check(slowest.readyz <= bounds.readyzMs, `/readyz ${took(slowest.readyz)}`)
  check(recoveredAfterMs !== undefined, `calls were not served ${seconds(bounds.recoveryMs)} later`)
  const perSecond = observed.logBytes / observed.seconds
  check(perSecond <= bounds.logBytesPerSecond, `log: ${(perSecond / 1000).toFixed(0)} KB a second`)
  check(stop.ms <= bounds.stopMs, `SIGTERM took ${seconds(stop.ms)}`)
  check(stop.cause === 'exit code 0', `SIGTERM: ${stop.cause}`)
  return faults
}

export const head = [
  'attack',
  'over',
  'sent',
  "neighbour's calls",
  'p50, p99',
  'highest memory',
  'slowest probe',
  'recovered after',
  'log',
  'SIGTERM',
  'passed',
]

const whole = (value: number) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'none')

/** The table row of an attack. */
export function rowOf(name: string, over: string, observed: Observed, bounds: Bounds): string[] {
  const { sent, neighbours, ended, stop, recoveredAfterMs } = observed
  const [worst] = Object.values(neighbours).sort((a, b) => shareOf(a) - shareOf(b))
  const list = Object.entries(sent).map(([what, n]) => `${n} ${what}`)
  const gone = ended === undefined ? undefined : 'ended'
  return [
    name,
    over,
    list.join(', ') || 'nothing',
    worst ? percent(shareOf(worst)) : '',
    worst ? `${whole(worst.p50Ms)}, ${whole(worst.p99Ms)}` : '',
    `${observed.highestMb.toFixed(0)} MB`,
    gone ?? whole(Math.max(...Object.values(observed.slowest))),
    gone ?? (recoveredAfterMs === undefined ? 'no' : seconds(recoveredAfterMs)),
    `${(observed.logBytes / 1000).toFixed(0)} KB`,
    gone ?? `${seconds(stop.ms)}, ${stop.cause}`,
    faultsOf(observed, bounds).length === 0 ? 'yes' : 'NO',
  ]
}
