import { describeOutcomes, summarize } from '../../lib/calls.ts'
import { type Check, fact, goal } from '../../lib/report.ts'
import { checkOutcomes, compare } from '../lib/state-checks.ts'
import type { SoakResults } from './measure.ts'

/** The growth that noise alone can show. */
const tolerated = { mbPerHour: 6, heapMb: 1, handles: 3, listeners: 12, refusedShare: 0.01 }

/** Every line of the table. */
export function soakChecks(results: SoakResults): Check[] {
  const { capacity, load, memory, before, after, slowest, ended } = results
  const served = summarize(load.calls)
  const { slope, standardError } = memory.perHour
  const refusedShare = (served.others['429'] ?? 0) / served.calls
  const names = [...new Set([...before.resources, ...after.resources])].sort()
  const countsOf = (name: string) =>
    [before, after].map(({ resources }) => resources.filter((each) => each === name).length)
  const grown = (
    what: string,
    field: 'heapMb' | 'outsideMb' | 'descriptors' | 'listeners' | 'inFlight',
    more: number,
    unit = '',
  ) => compare(what, [before[field], after[field]], more, unit)
  return [
    fact('capacity, calls a second', capacity.toFixed(0)),
    fact('calls a second', (served.calls / load.seconds).toFixed(0)),
    fact('answers', describeOutcomes(served)),
    checkOutcomes(served),
    goal(
      'refused',
      `${(refusedShare * 100).toFixed(2)} %`,
      `below ${tolerated.refusedShare * 100} %`,
      refusedShare < tolerated.refusedShare,
    ),
    fact('p50, p99', `${served.p50Ms.toFixed(1)} ms, ${served.p99Ms.toFixed(1)} ms`),
    fact('resident memory, mean', `${memory.mean.toFixed(1)} MB`),
    goal(
      'slope of resident memory, with its standard error',
      `${slope.toFixed(1)} ± ${standardError.toFixed(1)} MB an hour`,
      `not significantly above ${tolerated.mbPerHour}`,
      slope - 2 * standardError <= tolerated.mbPerHour,
    ),
    grown('heap after garbage collection', 'heapMb', tolerated.heapMb, ' MB'),
    grown('memory outside of the heap', 'outsideMb', tolerated.heapMb, ' MB'),
    grown('open files and sockets', 'descriptors', tolerated.handles),
    grown('listeners', 'listeners', tolerated.listeners),
    ...names.map((name) => {
      const [had = 0, has = 0] = countsOf(name)
      return compare(`open: ${name}`, [had, has], tolerated.handles)
    }),
    grown('calls in flight', 'inFlight', 0),
    fact('slowest answer of /livez', `${slowest.livez.toFixed(0)} ms`),
    goal('ended', ended ?? 'no', 'no', ended === undefined),
  ]
}
