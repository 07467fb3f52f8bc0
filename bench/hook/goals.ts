import type { Load } from '../../test/lib/load/load.ts'
import type { HookResults } from './hook.ts'
import { median, ratio, type Spread, spread } from './measure.ts'

/** Something to be reached, and what was. */
export interface Goal {
  text: string
  /** Undefined where a contestant is missing, which counts as not reached. */
  value: Spread | undefined
  limit: number
  atLeast: boolean
  unit?: string
}

export function isReached({ value, limit, atLeast }: Goal): boolean {
  if (!value) return false
  return atLeast ? value.median >= limit : value.median <= limit
}

const perSecond = (load: Load) => load.perSecond
const p99 = (load: Load) => load.p99Ms
const p50 = (load: Load) => load.p50Ms
const cpu = (load: Load) => load.cpuMsPerCall

/**
 * How the cost grows with the number of flips: the exponent of a power law between the last two
 * counts, from the time that is spent beyond that of the first, which is nearly all fixed.
 */
export function growthExponent(flips: HookResults['flips']): Spread | undefined {
  const [base, , lower, upper] = flips
  if (!base || !lower || !upper) return undefined
  const beyond = (loads: Load[], i: number) => cpu(loads[i] as Load) - cpu(base.loads[i] as Load)
  const exponents = base.loads.map(
    (_, i) =>
      Math.log(beyond(upper.loads, i) / beyond(lower.loads, i)) /
      Math.log((upper.count - base.count) / (lower.count - base.count)),
  )
  return spread(exponents)
}

/** The goals of the hook, each with what was measured. */
export function hookGoals(results: HookResults): Goal[] {
  const { throughput, publishing, latency, metacontroller, flips, objects } = results
  const { memoryMb, startMs } = results
  const [floor, service, go] = ['the floor', 'the service', 'the Go hook'] as const
  const least = (text: string, value: Spread | undefined, limit: number): Goal => ({
    text,
    value,
    limit,
    atLeast: true,
  })
  const most = (text: string, value: Spread | undefined, limit: number, unit = ''): Goal => ({
    text,
    value,
    limit,
    atLeast: false,
    unit,
  })
  const { typical, long, large } = throughput
  const [http, https2] = ['the service, http', 'the service, https with HTTP/2'] as const
  const [few, many] = objects
  return [
    least(
      'throughput at 4 KB, of the floor',
      ratio(typical[service], typical[floor], perSecond),
      0.95,
    ),
    least('throughput at 82 KB, of the floor', ratio(long[service], long[floor], perSecond), 0.98),
    least(
      'throughput at 1.5 MB, of the floor',
      ratio(large[service], large[floor], perSecond),
      0.98,
    ),
    least('throughput at 4 KB, of Go', ratio(typical[service], typical[go], perSecond), 1.15),
    least('throughput at 1.5 MB, of Go', ratio(large[service], large[go], perSecond), 1.3),
    most(
      'p99 at 70 % of the throughput, of the floor',
      ratio(latency.loads[service], latency.loads[floor], p99),
      1.5,
    ),
    least(
      'throughput with a new milestone in each call, of the publishing floor',
      ratio(publishing[service], publishing['the publishing floor'], perSecond),
      0.9,
    ),
    most(
      'CPU a call, https with HTTP/2, of plain http',
      ratio(metacontroller[https2], metacontroller[http], cpu),
      1,
    ),
    most(
      'p50, https with HTTP/2, of plain http',
      ratio(metacontroller[https2], metacontroller[http], p50),
      1,
    ),
    most('resident memory, idle', spread([memoryMb.idle]), 90, ' MB'),
    most('resident memory, highest under load', spread([memoryMb.loaded]), 160, ' MB'),
    most(
      'start to ready, of `node -e 0`',
      spread(startMs.service.map((ms, i) => ms / (startMs.node[i] ?? Number.NaN))),
      7,
    ),
    most('exponent of the growth from 1,000 to 10,000 flips', growthExponent(flips), 1.1),
    most('CPU a call with 100,000 objects, of 1,000', ratio(many?.loads, few?.loads, cpu), 1.05),
  ]
}

/** The median of one figure over the rounds. */
export function middle(loads: readonly Load[] | undefined, value: (load: Load) => number): number {
  return median((loads ?? []).map(value))
}
