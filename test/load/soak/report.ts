import { countUnexpected, describeAnswers } from '../../lib/load/caller.ts'
import { type Check, fact, goal } from '../lib/checks.ts'
import type { IdleState, SoakResults } from './measure.ts'

/** The growth that noise alone can show. */
const tolerated = { mbPerHour: 6, heapMb: 1, handles: 3, listeners: 12, refusedShare: 0.01 }

function countResources({ heap }: IdleState): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of heap.resources) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function compare(what: string, before: number, after: number, more: number, unit = ''): Check {
  const show = (value: number) => `${Number.isInteger(value) ? value : value.toFixed(2)}${unit}`
  return goal(
    `${what} before, after`,
    `${show(before)}, ${show(after)}`,
    `${more}${unit} more at most`,
    after <= before + more,
  )
}

/** Every line of the table. */
export function soakChecks(results: SoakResults): Check[] {
  const { capacity, load, memory, before, after, observed } = results
  const { slope, standardError } = memory
  const [had, has] = [countResources(before), countResources(after)]
  const names = [...new Set([...had.keys(), ...has.keys()])].sort()
  const heap = ({ heap }: IdleState) => heap.memory.heapUsed / 2 ** 20
  const outside = ({ heap }: IdleState) =>
    (heap.memory.external + heap.memory.arrayBuffers) / 2 ** 20
  const refusedShare = load.refused.calls / load.calls
  return [
    fact('capacity, calls a second', capacity.toFixed(0)),
    fact('calls a second', (load.calls / load.seconds).toFixed(0)),
    fact('answers', describeAnswers(load)),
    goal(
      'answers other than 200 and 429, and failures',
      `${countUnexpected(load)}`,
      '0',
      countUnexpected(load) === 0,
    ),
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
      `not significantly above ${tolerated.mbPerHour}`,
      slope - 2 * standardError <= tolerated.mbPerHour,
    ),
    compare('heap after garbage collection,', heap(before), heap(after), tolerated.heapMb, ' MB'),
    compare(
      'memory outside of the heap,',
      outside(before),
      outside(after),
      tolerated.heapMb,
      ' MB',
    ),
    compare('open files and sockets,', before.descriptors, after.descriptors, tolerated.handles),
    compare('listeners,', before.heap.listeners, after.heap.listeners, tolerated.listeners),
    ...names.map((name) =>
      compare(`open: ${name},`, had.get(name) ?? 0, has.get(name) ?? 0, tolerated.handles),
    ),
    compare('calls in flight,', before.inFlight, after.inFlight, 0),
    fact('slowest answer of /livez', `${observed.slowest.livez.toFixed(0)} ms`),
    goal('ended', results.ended ?? 'no', 'no', results.ended === undefined),
  ]
}
