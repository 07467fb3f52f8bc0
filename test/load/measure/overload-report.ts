import type { Deployed } from '../../lib/deployment.ts'
import type { Calm } from './calm.ts'
import { type Check, fact, goal } from './checks.ts'
import { answers, type Figures, strays } from './mix.ts'
import type { Overloaded } from './overload.ts'

const ms = (value: number) => (value < 10 ? `${value.toFixed(1)} ms` : `${value.toFixed(0)} ms`)
const mb = (bytes: number) => bytes / 2 ** 20
const percentiles = ({ p50Ms, p99Ms }: Figures) => `${ms(p50Ms)}, ${ms(p99Ms)}`

/** How far a figure may be above that of before to count as the same. */
const same = { factor: 2, ms: 10, heapMb: 4, descriptors: 4, residentMbPerSecond: 0.5 }

const leastFactor = 2.95
const p99LimitMs = 1_000

function asBefore(before: Calm, after: Calm): Check[] {
  const limitMs = (value: number) => value * same.factor + same.ms
  const timely = (what: string, was: number, is: number) =>
    goal(what, `${ms(was)}, ${ms(is)}`, `at most ${ms(limitMs(was))}`, is <= limitMs(was))
  const { slope, standardError } = after.memory
  const heaps = [before, after].map(({ inside }) => mb(inside.memory.heapUsed))
  const [was = 0, is = 0] = heaps
  return [
    timely('p50 of gentle calls before, 5 s after', before.figures.p50Ms, after.figures.p50Ms),
    timely('p99 of gentle calls before, 5 s after', before.figures.p99Ms, after.figures.p99Ms),
    timely(
      'p99 of the delay of the event loop',
      before.gauges.loopLagP99Ms,
      after.gauges.loopLagP99Ms,
    ),
    goal('calls in flight 5 s after', `${after.gauges.inFlight}`, '0', after.gauges.inFlight === 0),
    goal(
      'resident memory 5 s after, MB a second',
      `${slope.toFixed(2)} ± ${standardError.toFixed(2)}`,
      `not above ${same.residentMbPerSecond}`,
      slope - 2 * standardError <= same.residentMbPerSecond,
    ),
    goal(
      'heap without garbage before, after',
      `${was.toFixed(1)} MB, ${is.toFixed(1)} MB`,
      `${same.heapMb} MB more at most`,
      is <= was + same.heapMb,
    ),
    goal(
      'open files and sockets before, after',
      `${before.descriptors}, ${after.descriptors}`,
      `${same.descriptors} more at most`,
      after.descriptors <= before.descriptors + same.descriptors,
    ),
  ]
}

/**
 * Every line of the table. With HTTP/2, the default, a refused body ends by a frame. With HTTP/1.1
 * it has to be read to its end, which costs nearly what an answer does: three times the capacity
 * does not fit through one core, so what gets there is no goal then, nor is the wait for it.
 */
export function overloadChecks(
  results: Overloaded,
  deployed: Deployed,
  protocol: 'http' | 'https',
): Check[] {
  const goalOrFact: typeof goal = (what, measured, wanted, reached) =>
    protocol === 'https' ? goal(what, measured, wanted, reached) : fact(what, measured)
  const { capacity, load, seen, hostile } = results
  const able = capacity.admitted.calls / capacity.seconds
  const offered = load.offered / load.seconds
  const limitMb = mb(deployed.memoryBytes)
  const slowest = (name: 'livez' | 'readyz', limitMs: number) =>
    goal(
      `slowest answer of /${name}`,
      ms(seen.slowest[name]),
      `below ${ms(limitMs)}`,
      seen.slowest[name] < limitMs,
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
    fact('capacity, calls a second', able.toFixed(0)),
    goalOrFact(
      'offered, calls a second',
      `${offered.toFixed(0)}, ${(offered / able).toFixed(2)} times the capacity`,
      '3 times',
      offered / able >= leastFactor,
    ),
    fact('admitted, calls a second', (load.admitted.calls / load.seconds).toFixed(0)),
    fact('answers', answers(load)),
    goalOrFact('answers but 200 and 429, and failures', `${strays(load)}`, '0', strays(load) === 0),
    goal(
      '429 without Retry-After, or with a body',
      `${load.badRefusals}`,
      '0',
      load.badRefusals === 0,
    ),
    goalOrFact(
      'p99 of the admitted',
      ms(load.admitted.p99Ms),
      `below ${ms(p99LimitMs)}`,
      load.admitted.p99Ms < p99LimitMs,
    ),
    ...byBody,
    memory('highest resident memory', results.peakMb),
    slowest('livez', deployed.liveness.timeoutMs),
    slowest('readyz', deployed.readiness.timeoutMs),
    ...asBefore(results.before, results.after),
    fact('hostile bodies of 4 MB, nats-server still: answers', answers(hostile)),
    memory('highest resident memory with those', results.highestMb),
    goal(
      'processes ended by the kernel or by themselves',
      results.ended ?? `${results.kills}`,
      '0',
      results.ended === undefined && results.kills === 0,
    ),
    goal('stores messages again afterwards', results.healed ? 'yes' : 'no', 'yes', results.healed),
  ]
}
