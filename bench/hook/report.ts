import { table } from '../../hack/lib/page.ts'
import type { Load } from '../../test/lib/load/load.ts'
import { barChart } from './chart.ts'
import { type Goal, hookGoals, isReached, middle } from './goals.ts'
import type { HookResults, Loads } from './hook.ts'
import { median, ratio, type Spread } from './measure.ts'

const range = ({ median, least, most }: Spread, unit = '') =>
  least === most
    ? `${shorten(median)}${unit}`
    : `${shorten(median)}${unit} (${shorten(least)}-${shorten(most)})`

function shorten(value: number): string {
  return value >= 20 ? value.toFixed(0) : value.toFixed(2)
}

const whole = (value: number) => Math.round(value).toLocaleString('en')

export function goalTable(goals: readonly Goal[]): string {
  return table(
    ['goal', 'wanted', 'measured', 'reached'],
    goals.map((goal) => [
      goal.text,
      `${goal.atLeast ? '>=' : '<='} ${goal.limit}${goal.unit ?? ''}`,
      goal.value ? range(goal.value, goal.unit) : 'no contestant',
      isReached(goal) ? 'yes' : '**no**',
    ]),
  )
}

function throughputRows(body: string, loads: Loads): string[][] {
  const floor = Object.values(loads)[0]
  return Object.entries(loads).map(([name, each], i) => {
    const of = i === 0 ? undefined : ratio(each, floor, (load) => load.perSecond)
    return [
      `${body}: ${name}`,
      whole(middle(each, (load) => load.perSecond)),
      of ? range(of) : '1',
      (middle(each, (load) => load.cpuMsPerCall) * 1000).toFixed(0),
      `${(middle(each, (load) => load.busy) * 100).toFixed(0)} %`,
    ]
  })
}

const milliseconds = (loads: Load[], value: (load: Load) => number) =>
  middle(loads, value).toFixed(2)

function callerRows(loads: Loads): string[][] {
  return Object.entries(loads).map(([name, each]) => [
    name,
    each[0]?.protocol ?? '',
    whole(middle(each, (load) => load.perSecond)),
    whole(middle(each, (load) => load.newConnections)),
    (middle(each, (load) => load.cpuMsPerCall) * 1000).toFixed(0),
    milliseconds(each, (load) => load.p50Ms),
    milliseconds(each, (load) => load.p99Ms),
  ])
}

/** The chart of all goals that are ratios. */
export function goalChart(title: string, goals: readonly Goal[]): string {
  const ratios = goals.filter((goal) => goal.value && !goal.unit)
  return barChart(
    title,
    ratios.map((goal) => ({
      label: goal.text.replace(/`/g, ''),
      value: goal.value?.median ?? 0,
      goal: goal.limit,
      reached: isReached(goal),
    })),
  )
}

/** Everything that `make bench` measured, as Markdown. */
export function hookReport(results: HookResults, machine: string, pinned: boolean): string {
  const { effort, throughput, publishing, latency, metacontroller, flips, objects } = results
  const { rounds, seconds } = effort
  const micro = (loads: Load[]) => (middle(loads, (load) => load.cpuMsPerCall) * 1000).toFixed(1)
  const place = pinned ? 'servers on one core, load and NATS on another' : 'cores not separated'
  return `${machine}
${rounds} rounds of ${seconds} s, contestants in turn, ${place}. Medians, in brackets the least and
the greatest of the rounds; a ratio is taken within a round.

### Goals

${goalTable(hookGoals(results))}

### Throughput, 8 kept-alive connections

${table(
  ['body: contestant', 'calls a second', 'of the floor', 'CPU, µs a call', 'core used'],
  [
    ...throughputRows('4 KB', throughput.typical),
    ...throughputRows('82 KB', throughput.long),
    ...throughputRows('1.5 MB', throughput.large),
    ...throughputRows('new milestone', publishing),
  ],
)}

### Latency at ${whole(latency.rate)} calls a second

${table(
  ['contestant', 'p50, ms', 'p99, ms', 'core used'],
  Object.entries(latency.loads).map(([name, each]) => [
    name,
    milliseconds(each, (load) => load.p50Ms),
    milliseconds(each, (load) => load.p99Ms),
    `${(middle(each, (load) => load.busy) * 100).toFixed(0)} %`,
  ]),
)}

### As Metacontroller calls: 50 workers that pause 10 ms, Go's default transport

${table(
  [
    'contestant',
    'protocol',
    'calls a second',
    'new connections',
    'CPU, µs a call',
    'p50, ms',
    'p99, ms',
  ],
  callerRows(metacontroller),
)}

### Growth and size

${table(
  ['of the service', ''],
  [
    ...flips.map(({ count, loads }) => [`CPU with ${whole(count)} flips, µs a call`, micro(loads)]),
    ...objects.map(({ count, loads }) => [
      `CPU with ${whole(count)} objects in turn, µs a call`,
      micro(loads),
    ]),
    ['resident memory idle, MB', whole(results.memoryMb.idle)],
    ['resident memory under load, highest, MB', whole(results.memoryMb.loaded)],
    ['start to ready, ms', whole(median(results.startMs.service))],
    ['`node -e 0`, ms', whole(median(results.startMs.node))],
  ],
)}`
}
