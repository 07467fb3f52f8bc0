import type { Served } from './served.ts'

/** What was measured during and after an attack. */
export interface Observed {
  seconds: number
  /** What the attack sent, by name. */
  sent: Record<string, number>
  /** Each well-behaved caller, by its protocol. */
  neighbours: Record<string, Served>
  /** How it ended while it should not, if it did. */
  ended?: string | undefined
  /** How often the kernel ended it for its memory. */
  kills: number
  /** Why no cgroup holds it to its memory limit, if none does. */
  unlimited?: string | undefined
  highestMb: number
  /** Longest answers of the probes; endless where one failed. */
  slowest: { livez: number; readyz: number }
  /** From the end of the attack until calls are served, undefined if that takes too long. */
  recoveredAfterMs: number | undefined
  /** Of warnings and errors: that a notification is stored may be told each time. */
  logBytes: number
  /** The first line of its log from a warning up, cut short. */
  complaint?: string | undefined
  /** How it ended after SIGTERM, with the connections of the attack still open. */
  stop: { cause: string; ms: number }
}

/** What the service has to keep. */
export interface Bounds {
  memoryMb: number
  share: number
  livezMs: number
  readyzMs: number
  recoveryMs: number
  logBytesPerSecond: number
  stopMs: number
}

/** All but those that the Deployment sets. */
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

/** Each bound that an attack broke, in one line; nothing when the service kept them all. */
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
  check(kills === 0, 'the kernel ended it for its memory')
  check(highestMb < bounds.memoryMb, `memory: ${highestMb.toFixed(0)} MB`)
  for (const [protocol, served] of Object.entries(observed.neighbours)) {
    const share = shareOf(served)
    const why = mostOf(served.others)
    check(
      share >= bounds.share,
      `the neighbour over ${protocol} kept ${percent(share)} of ${served.calls} calls: ${why}`,
    )
  }
  // What follows has no meaning for a process that is gone.
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
  'memory at most',
  'probes at most',
  'recovered after',
  'log',
  'SIGTERM',
  'passed',
]

const whole = (value: number) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'none')

/** One line of the table. */
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
