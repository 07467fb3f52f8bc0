import { describeOutcomes, percentilesOf, summarize } from '../../lib/calls.ts'
import type { Deployed } from '../../lib/deployment.ts'
import { type Check, fact, goal } from '../../lib/report.ts'
import { checkOutcomes, compare } from '../lib/state-checks.ts'
import type { Protocol } from '../lib/system-under-test.ts'
import type { LightLoad, OverloadResults } from './measure.ts'

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`

/** How far a figure after the overload may be above the one before it. */
const tolerance = { factor: 2, ms: 10, heapMb: 4, descriptors: 4, residentMbPerSecond: 0.5 }

const leastFactor = 2.95
const p99LimitMs = 1_000

function compareWithBefore(before: LightLoad, after: LightLoad): Check[] {
  const timely = (what: string, was: number, is: number) => {
    const limitMs = was * tolerance.factor + tolerance.ms
    return goal(what, `${ms(was)}, ${ms(is)}`, `at most ${ms(limitMs)}`, is <= limitMs)
  }
  const { slope, standardError } = after.memory
  const [was, is] = [before.state, after.state]
  return [
    timely('p50 of light load before, 5 s after', before.p50Ms, after.p50Ms),
    timely('p99 of light load before, 5 s after', before.p99Ms, after.p99Ms),
    timely('p99 of the delay of the event loop', was.loopLagP99Ms, is.loopLagP99Ms),
    goal('calls in flight 5 s after', is.inFlight, 0, is.inFlight === 0),
    goal(
      'resident memory 5 s after, MB a second',
      `${slope.toFixed(2)} ± ${standardError.toFixed(2)}`,
      `not above ${tolerance.residentMbPerSecond}`,
      slope - 2 * standardError <= tolerance.residentMbPerSecond,
    ),
    compare('heap after garbage collection', [was.heapMb, is.heapMb], tolerance.heapMb, ' MB'),
    compare('open files and sockets', [was.descriptors, is.descriptors], tolerance.descriptors),
  ]
}

/**
 * Every line of the table. HTTP/2, the default, ends a refused body with one frame. Over HTTP/1.1
 * the service has to read it to the end, which costs nearly as much as a response: three times the
 * capacity does not fit through one core, so the calls offered and their delay are no goals there.
 */
export function overloadChecks(
  results: OverloadResults,
  deployed: Deployed,
  protocol: Protocol,
): Check[] {
  const forHttp2 = (check: Check) =>
    protocol === 'https' ? check : fact(check.what, check.measured)
  const { capacity, load, slowest, kills, ended, hasRecovered } = results
  const served = summarize(load.calls)
  const offered = load.calls.length / load.seconds
  const limitMb = deployed.memoryBytes / 2 ** 20
  const below = (what: string, measured: number, limit: number, show: (value: number) => string) =>
    goal(what, show(measured), `below ${show(limit)}`, measured < limit)
  const mb = (value: number) => `${value.toFixed(0)} MB`
  const percentiles = (calls: OverloadResults['load']['calls'], outcome: string) => {
    const { p50Ms, p99Ms } = percentilesOf(calls, outcome)
    return Number.isNaN(p50Ms) ? 'none' : `${ms(p50Ms)}, ${ms(p99Ms)}`
  }
  const bad = load.calls.filter(({ badRefusal }) => badRefusal).length
  return [
    fact('capacity, calls a second', capacity.toFixed(0)),
    forHttp2(
      goal(
        'offered, calls a second',
        `${offered.toFixed(0)}, ${(offered / capacity).toFixed(2)} times the capacity`,
        '3 times',
        offered / capacity >= leastFactor,
      ),
    ),
    fact('admitted, calls a second', (served.answered / load.seconds).toFixed(0)),
    fact('answers', describeOutcomes(served)),
    forHttp2(checkOutcomes(served)),
    goal('429 without Retry-After, or with a body', bad, 0, bad === 0),
    forHttp2(below('p99 of admitted calls', served.p99Ms, p99LimitMs, ms)),
    ...[...Map.groupBy(load.calls, ({ body }) => body)].map(([body, calls]) =>
      fact(
        `p50, p99 admitted, refused: ${body}`,
        `${percentiles(calls, '200')}; ${percentiles(calls, '429')}`,
      ),
    ),
    below('highest resident memory', results.peakMb, limitMb, mb),
    below('slowest answer of /livez', slowest.livez, deployed.liveness.timeoutMs, ms),
    below('slowest answer of /readyz', slowest.readyz, deployed.readiness.timeoutMs, ms),
    ...compareWithBefore(results.before, results.after),
    fact(
      'bodies of 4 MB while nats-server is stopped: answers',
      describeOutcomes(results.largeBodies),
    ),
    below('highest resident memory with these bodies', results.highestMb, limitMb, mb),
    goal(
      'processes ended by the kernel or by themselves',
      ended ?? kills,
      0,
      ended === undefined && kills === 0,
    ),
    goal('stores notifications again afterwards', hasRecovered ? 'yes' : 'no', 'yes', hasRecovered),
  ]
}
