import type { Check } from '../../test/lib/report.ts'
import { atLeast, atMost } from '../lib/goals.ts'
import { growthExponent, ratio, type Spread, spread } from '../lib/statistics.ts'
import type { Load } from './load.ts'
import { asMetacontroller, type HookResults, type Loads } from './measure.ts'
import { names } from './servers.ts'

const perSecond = (load: Load) => load.perSecond
const p99 = (load: Load) => load.p99Ms
const p50 = (load: Load) => load.p50Ms
const cpu = (load: Load) => load.cpuMsPerCall

/**
 * How the cost grows with the number of flips: the exponent of a power law between the last two
 * counts, from the time beyond that of the first count, which is nearly all fixed cost.
 */
function flipsExponent(flips: HookResults['flips']): Spread | undefined {
  const [base, , lower, upper] = flips
  if (!base || !lower || !upper) return undefined
  const beyond = (loads: Load[], i: number) => cpu(loads[i] as Load) - cpu(base.loads[i] as Load)
  const cause = (upper.count - base.count) / (lower.count - base.count)
  const exponents = base.loads.map((_, i) =>
    growthExponent(cause, beyond(upper.loads, i) / beyond(lower.loads, i)),
  )
  return spread(exponents)
}

/** The goals of the hook, each with what was measured; `idleMb` is its memory before any call. */
export function hookGoals(results: HookResults, idleMb: number): Check[] {
  const { throughput, latency, metacontroller, flips, objects, peakMb, startMs } = results
  const { nodeHttp, publishingNodeHttp, service, go } = names
  const { typical, long, large, publishing } = throughput
  const relative = (loads: Loads, to: string, value: (load: Load) => number) =>
    ratio(loads[service], loads[to], value)
  const secure = (value: (load: Load) => number) =>
    ratio(metacontroller[asMetacontroller.https2], metacontroller[asMetacontroller.http], value)
  const [few, many] = objects
  const starts = startMs.service.map((ms, i) => ms / (startMs.node[i] ?? Number.NaN))
  return [
    atLeast('throughput at 4 KB / raw node:http', relative(typical, nodeHttp, perSecond), 0.85),
    atLeast('throughput at 4 KB / Go', relative(typical, go, perSecond), 1.05),
    atLeast('throughput at 82 KB / raw node:http', relative(long, nodeHttp, perSecond), 0.85),
    atLeast('throughput at 82 KB / Go', relative(long, go, perSecond), 1.8),
    atLeast('throughput at 1.5 MB / raw node:http', relative(large, nodeHttp, perSecond), 0.9),
    atLeast('throughput at 1.5 MB / Go', relative(large, go, perSecond), 1.1),
    atMost('p99 at 70 % load / raw node:http', relative(latency.loads, nodeHttp, p99), 1.5),
    atLeast(
      'throughput with a new milestone in each call / raw node:http with NATS',
      relative(publishing, publishingNodeHttp, perSecond),
      0.9,
    ),
    atMost('CPU of a call, https with HTTP/2 / plain http', secure(cpu), 1.1),
    atMost('p50, https with HTTP/2 / plain http', secure(p50), 1),
    atMost('resident memory, idle', spread([idleMb]), 80, ' MB'),
    atMost('resident memory, highest under load', spread([peakMb]), 160, ' MB'),
    atMost('start to ready / `node -e 0`', spread(starts), 7),
    atMost('exponent of the growth from 1,000 to 10,000 flips', flipsExponent(flips), 1.1),
    atMost('CPU of a call, 100,000 / 1,000 objects', ratio(many?.loads, few?.loads, cpu), 1.05),
  ]
}
