import { table } from '../../hack/lib/page.ts'
import { deployedFlags } from '../../hack/metacontroller/metacontroller.ts'
import { quantile } from '../../test/lib/statistics.ts'
import { countReached, formatSpread, goalTable } from '../lib/goals.ts'
import { medianOf, spread } from '../lib/statistics.ts'
import type { Delays } from './flips.ts'
import { flipRates, operatorGoals, rate } from './goals.ts'
import type { Result } from './run.ts'

/** p50 and p99 in milliseconds; of several runs the medians. */
export function percentiles(runs: readonly (readonly number[])[], digits = 0): string {
  const of = (share: number) => medianOf(runs, (delays) => quantile(delays, share)).toFixed(digits)
  return `${of(0.5)} / ${of(0.99)}`
}

export const delayColumns = ['flip to status, p50 / p99 ms', 'flip to message, p50 / p99 ms']

/** The cells of these columns. */
export const delayCells = (runs: readonly Delays[]) => [
  percentiles(runs.map(({ status }) => status)),
  percentiles(runs.map(({ message }) => message)),
]

const processes = {
  service: 'service',
  metacontroller: 'Metacontroller',
  operator: 'Go operator',
  'kube-apiserver': 'kube-apiserver',
  etcd: 'etcd',
  'nats-server': 'nats-server',
}

function costCell(results: readonly Result[], process: string): string {
  const costs = results.flatMap(({ costs }) => costs[process] ?? [])
  if (costs.length === 0) return ''
  const cpu = medianOf(costs, ({ cpuSeconds }) => cpuSeconds).toFixed(1)
  return `${cpu} / ${medianOf(costs, ({ peakMb }) => peakMb).toFixed(0)}`
}

/** A row for each system, with the cells that its rounds give. */
function rowsOf(
  results: readonly Result[],
  cells: (rounds: readonly Result[]) => string[],
): string[][] {
  const groups = Map.groupBy(results, ({ name }) => name)
  return [...groups].map(([name, rounds]) => [name, ...cells(rounds)])
}

/** A row for each rate of flips and system that got them. */
function flipRows(results: readonly Result[]): string[][] {
  return flipRates(results).flatMap((perSecond) =>
    rowsOf(
      results.filter(({ flips }) => perSecond in flips),
      (runs) => delayCells(runs.flatMap(({ flips }) => flips[perSecond] ?? [])),
    ).map(([name, ...cells]) => [`${perSecond}: ${name}`, ...cells]),
  )
}

/** A row for each system and what of it was killed. */
function restartRows(results: readonly Result[]): string[][] {
  const kills = results.flatMap(({ name, restarts }) =>
    Object.entries(restarts).map(([killed, ms]) => ({ what: `${name}: ${killed}`, ms })),
  )
  return [...Map.groupBy(kills, ({ what }) => what)].map(([what, runs]) => [
    what,
    formatSpread(spread(runs.map(({ ms }) => ms / 1000))),
  ])
}

/** Everything that `make bench-e2e` measured, as Markdown. */
export function operatorReport(results: readonly Result[], machine: string): string {
  const goals = operatorGoals(results)
  const systems = new Set(results.map(({ name }) => name)).size
  const [{ count } = { count: 0 }] = results
  return `${machine}

${results.length / systems} rounds of ${count} objects; systems in turn, each on a new control plane and broker, all processes
on the same cores. Metacontroller has the flags that are deployed, \`${deployedFlags.join(' ')}\`;
the operator in Go has as many workers, and no limit of requests either. Medians, in brackets the
smallest and the largest of the rounds; each ratio is taken within a round.

## Goals

Of this operator as it is deployed, stamped. ${countReached(goals)}.

${goalTable(goals)}

## Start with stored objects

${table(
  ['system', 'seconds', 'objects a second'],
  rowsOf(results, (runs) => [
    medianOf(runs, ({ seconds }) => seconds).toFixed(1),
    formatSpread(spread(runs.map(rate))),
  ]),
)}

CPU seconds until all objects were settled / peak memory in MB:

${table(
  ['system', ...Object.values(processes)],
  rowsOf(results, (runs) => Object.keys(processes).map((process) => costCell(runs, process))),
)}

## Flips after that

${table(['flips a second: system', ...delayColumns], flipRows(results))}

## Restart

A flip is appended right after a SIGKILL, and what was killed is started at once.

${table(['killed', 'seconds to the message of the flip'], restartRows(results))}`
}
