import type { Deployed } from '../../lib/deployment.ts'
import { countUnexpected, describeAnswers, type Latencies } from '../../lib/load/caller.ts'
import { type Check, fact, goal } from '../lib/checks.ts'
import type { Protocol } from '../lib/system-under-test.ts'
import type { LightLoad } from './light-load.ts'
import type { OverloadResults } from './measure.ts'

const ms = (value: number) => (value < 10 ? `${value.toFixed(1)} ms` : `${value.toFixed(0)} ms`)
const mb = (bytes: number) => bytes / 2 ** 20
const percentiles = ({ p50Ms, p99Ms }: Latencies) => `${ms(p50Ms)}, ${ms(p99Ms)}`

/** How far a figure after the overload may be above the one before it. */
const tolerance = { factor: 2, ms: 10, heapMb: 4, descriptors: 4, residentMbPerSecond: 0.5 }

const leastFactor = 2.95
const p99LimitMs = 1_000

function compareWithBefore(before: LightLoad, after: LightLoad): Check[] {
  const limitMs = (value: number) => value * tolerance.factor + tolerance.ms
  const timely = (what: string, was: number, is: number) =>
    goal(what, `${ms(was)}, ${ms(is)}`, `at most ${ms(limitMs(was))}`, is <= limitMs(was))
  const { slope, standardError } = after.memory
  const heaps = [before, after].map(({ heap }) => mb(heap.memory.heapUsed))
  const [was = 0, is = 0] = heaps
  return [
    timely('p50 of light load before, 5 s after', before.latencies.p50Ms, after.latencies.p50Ms),
    timely('p99 of light load before, 5 s after', before.latencies.p99Ms, after.latencies.p99Ms),
    timely(
      'p99 of the delay of the event loop',
      before.gauges.loopLagP99Ms,
      after.gauges.loopLagP99Ms,
    ),
    goal('calls in flight 5 s after', `${after.gauges.inFlight}`, '0', after.gauges.inFlight === 0),
    goal(
      'resident memory 5 s after, MB a second',
      `${slope.toFixed(2)} ± ${standardError.toFixed(2)}`,
      `not above ${tolerance.residentMbPerSecond}`,
      slope - 2 * standardError <= tolerance.residentMbPerSecond,
    ),
    goal(
      'heap after garbage collection, before, after',
      `${was.toFixed(1)} MB, ${is.toFixed(1)} MB`,
      `${tolerance.heapMb} MB more at most`,
      is <= was + tolerance.heapMb,
    ),
    goal(
      'open files and sockets before, after',
      `${before.descriptors}, ${after.descriptors}`,
      `${tolerance.descriptors} more at most`,
      after.descriptors <= before.descriptors + tolerance.descriptors,
    ),
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
  const goalOrFact: typeof goal = (what, measured, wanted, reached) =>
    protocol === 'https' ? goal(what, measured, wanted, reached) : fact(what, measured)
  const { capacity, load, observed, largeBodies } = results
  const capacityPerSecond = capacity.admitted.calls / capacity.seconds
  const offered = load.calls / load.seconds
  const limitMb = mb(deployed.memoryBytes)
  const slowest = (name: 'livez' | 'readyz', limitMs: number) =>
    goal(
      `slowest answer of /${name}`,
      ms(observed.slowest[name]),
      `below ${ms(limitMs)}`,
      observed.slowest[name] < limitMs,
    )
  const memory = (what: string, highest: number) =>
    goal(what, `${highest.toFixed(0)} MB`, `below ${limitMb} MB`, highest < limitMb)
  const byBody = Object.entries(load.parts).map(([name, figures]) => {
    const { '200': admitted, '429': refused } = figures
    return fact(
      `p50, p99 admitted, refused: ${name}`,
      [admitted, refused].map((each) => (each ? percentiles(each) : 'none')).join('; '),
    )
  })
  return [
    fact('capacity, calls a second', capacityPerSecond.toFixed(0)),
    goalOrFact(
      'offered, calls a second',
      `${offered.toFixed(0)}, ${(offered / capacityPerSecond).toFixed(2)} times the capacity`,
      '3 times',
      offered / capacityPerSecond >= leastFactor,
    ),
    fact('admitted, calls a second', (load.admitted.calls / load.seconds).toFixed(0)),
    fact('answers', describeAnswers(load)),
    goalOrFact(
      'answers other than 200 and 429, and failures',
      `${countUnexpected(load)}`,
      '0',
      countUnexpected(load) === 0,
    ),
    goal(
      '429 without Retry-After, or with a body',
      `${load.badRefusals}`,
      '0',
      load.badRefusals === 0,
    ),
    goalOrFact(
      'p99 of admitted calls',
      ms(load.admitted.p99Ms),
      `below ${ms(p99LimitMs)}`,
      load.admitted.p99Ms < p99LimitMs,
    ),
    ...byBody,
    memory('highest resident memory', results.peakMb),
    slowest('livez', deployed.liveness.timeoutMs),
    slowest('readyz', deployed.readiness.timeoutMs),
    ...compareWithBefore(results.before, results.after),
    fact('bodies of 4 MB while nats-server is stopped: answers', describeAnswers(largeBodies)),
    memory('highest resident memory with these bodies', results.highestMb),
    goal(
      'processes ended by the kernel or by themselves',
      results.ended ?? `${results.kills}`,
      '0',
      results.ended === undefined && results.kills === 0,
    ),
    goal(
      'stores notifications again afterwards',
      results.hasRecovered ? 'yes' : 'no',
      'yes',
      results.hasRecovered,
    ),
  ]
}
