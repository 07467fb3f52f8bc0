import { type Check, fact, goal } from './checks.ts'
import { answers, strays } from './mix.ts'
import type { Rest, Soaked } from './soak.ts'

/** What a flat line may come to without being one, of slopes and of counts. */
const tolerated = { mbPerHour: 6, heapMb: 1, handles: 3, listeners: 12, refusedShare: 0.01 }

function countsOf({ inside }: Rest): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of inside.resources) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function pair(what: string, before: number, after: number, more: number, unit = ''): Check {
  const show = (value: number) => `${Number.isInteger(value) ? value : value.toFixed(2)}${unit}`
  return goal(
    `${what} before, after`,
    `${show(before)}, ${show(after)}`,
    `${more}${unit} more at most`,
    after <= before + more,
  )
}

/** Every line of the table. */
export function soakChecks(results: Soaked): Check[] {
  const { capacity, load, memory, before, after, seen } = results
  const { slope, standardError } = memory
  const [had, has] = [countsOf(before), countsOf(after)]
  const names = [...new Set([...had.keys(), ...has.keys()])].sort()
  const heap = ({ inside }: Rest) => inside.memory.heapUsed / 2 ** 20
  const outside = ({ inside }: Rest) =>
    (inside.memory.external + inside.memory.arrayBuffers) / 2 ** 20
  const refusedShare = load.refused.calls / load.offered
  return [
    fact('capacity, calls a second', capacity.toFixed(0)),
    fact('called, a second', (load.offered / load.seconds).toFixed(0)),
    fact('answers', answers(load)),
    goal('answers but 200 and 429, and failures', `${strays(load)}`, '0', strays(load) === 0),
    goal(
      'refused',
      `${(refusedShare * 100).toFixed(2)} %`,
      `below ${tolerated.refusedShare * 100} %`,
      refusedShare < tolerated.refusedShare,
    ),
    fact('p50, p99', `${load.admitted.p50Ms.toFixed(1)} ms, ${load.admitted.p99Ms.toFixed(1)} ms`),
    fact('resident memory, mean', `${results.meanMb.toFixed(1)} MB`),
    goal(
      'slope of resident memory, with its standard error',
      `${slope.toFixed(1)} ± ${standardError.toFixed(1)} MB an hour`,
      `not surely above ${tolerated.mbPerHour}`,
      slope - 2 * standardError <= tolerated.mbPerHour,
    ),
    pair('heap without garbage', heap(before), heap(after), tolerated.heapMb, ' MB'),
    pair('memory outside of the heap', outside(before), outside(after), tolerated.heapMb, ' MB'),
    pair('open files and sockets', before.descriptors, after.descriptors, tolerated.handles),
    pair('listeners', before.inside.listeners, after.inside.listeners, tolerated.listeners),
    ...names.map((name) =>
      pair(`open: ${name}`, had.get(name) ?? 0, has.get(name) ?? 0, tolerated.handles),
    ),
    pair('calls in flight', before.inFlight, after.inFlight, 0),
    fact('slowest answer of /livez', `${seen.slowest.livez.toFixed(0)} ms`),
    goal('ended', results.ended ?? 'no', 'no', results.ended === undefined),
  ]
}
