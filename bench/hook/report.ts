import { table } from '../../hack/lib/page.ts'
import type { Check } from '../../test/lib/report.ts'
import { median } from '../../test/lib/statistics.ts'
import { formatSpread, goalTable } from '../lib/goals.ts'
import { medianOf, ratio } from '../lib/statistics.ts'
import { buildH2loadCommand, buildWrkCommand, type Load } from './load.ts'
import type { HookResults, Loads } from './measure.ts'

const whole = (value: number) => Math.round(value).toLocaleString('en')
const cpuUs = (loads: Load[], digits: number) =>
  medianOf(loads, (load) => load.cpuMsPerCall * 1000).toFixed(digits)

/** Columns by their titles; the first of the loads that are compared is the baseline. */
const columns = {
  protocol: ([load]: Load[]) => load?.protocol ?? '',
  'calls a second': (loads: Load[]) => whole(medianOf(loads, (load) => load.perSecond)),
  relative: (loads: Load[], baseline: Load[]) => {
    const relative = ratio(loads, baseline, (load) => load.perSecond)
    return relative && loads !== baseline ? formatSpread(relative) : '1'
  },
  'new connections': (loads: Load[]) => whole(medianOf(loads, (load) => load.newConnections)),
  'CPU, µs a call': (loads: Load[]) => cpuUs(loads, 0),
  'p50, ms': (loads: Load[]) => medianOf(loads, (load) => load.p50Ms).toFixed(2),
  'p99, ms': (loads: Load[]) => medianOf(loads, (load) => load.p99Ms).toFixed(2),
  'core used': (loads: Load[]) => `${medianOf(loads, (load) => load.coreShare * 100).toFixed(0)} %`,
}

/** A table of loads, each list compared with its first one; `first` is the title of the names. */
function loadTable(
  first: string,
  compared: Record<string, Loads>,
  titles: (keyof typeof columns)[],
): string {
  const rows = Object.entries(compared).flatMap(([prefix, loads]) => {
    const [baseline = []] = Object.values(loads)
    return Object.entries(loads).map(([name, each]) => [
      prefix + name,
      ...titles.map((title) => columns[title](each, baseline)),
    ])
  })
  return table([first, ...titles], rows)
}

/** The commands that made the load, for a server on port 8080 or, over https, 8443. */
function listCommands({ effort: { seconds }, latency }: HookResults): string {
  const url = 'http://127.0.0.1:8080/sync'
  const options = { body: '.run/bench/typical.json', seconds }
  const commands = [
    buildWrkCommand(url, options),
    buildWrkCommand(url, { body: '.run/bench/milestone.json', seconds, numbers: 0 }),
    buildH2loadCommand(url, options),
    buildH2loadCommand('https://127.0.0.1:8443/sync', options),
    buildH2loadCommand(url, { ...options, rate: latency.rate }),
  ]
  return commands.map((command) => command.join(' ')).join('\n')
}

/** Everything that `make bench` measured, as Markdown; `setting` says on which machine and cores. */
export function hookReport(
  results: HookResults,
  goals: readonly Check[],
  setting: { machine: string; pin: boolean; idleMb: number },
): string {
  const { effort, throughput, latency, metacontroller, flips, objects, startMs } = results
  const { typical, byH2load, long, large, publishing, http2 } = throughput
  const cores = setting.pin
    ? 'servers on one core, load and NATS on another'
    : 'cores not separated'
  const growth = (counted: HookResults['flips'], what: string) =>
    counted.map(({ count, loads }) => [`CPU with ${whole(count)} ${what}`, cpuUs(loads, 1)])
  const sizes = [
    ...growth(flips, 'flips, µs a call'),
    ...growth(objects, 'objects in turn, µs a call'),
    ['resident memory idle, MB', whole(setting.idleMb)],
    ['resident memory under load, highest, MB', whole(results.peakMb)],
    ['start to ready, ms', whole(median(startMs.service))],
    ['`node -e 0`, ms', whole(median(startMs.node))],
  ]
  const bodies = {
    '4 KB: ': typical,
    '4 KB by h2load: ': byH2load,
    '82 KB: ': long,
    '1.5 MB: ': large,
    'new milestone: ': publishing,
    '4 KB over HTTP/2: ': http2,
  }
  return `${setting.machine}
${effort.rounds} rounds of ${effort.seconds} s, servers in turn, ${cores}. Medians, in brackets the smallest and
the largest of the rounds; each ratio is taken within a round.

## Goals

${goalTable(goals)}

## Throughput over 8 connections or streams

${loadTable('body: server', bodies, ['calls a second', 'relative', 'CPU, µs a call', 'core used'])}

## Latency at ${whole(latency.rate)} calls a second

${loadTable('server', { '': latency.loads }, ['p50, ms', 'p99, ms', 'core used'])}

## Calls as Metacontroller makes them: 50 workers that pause 10 ms, Go's default transport

${loadTable('server', { '': metacontroller }, [
  'protocol',
  'calls a second',
  'new connections',
  'CPU, µs a call',
  'p50, ms',
  'p99, ms',
])}

## Growth and size

${table(['of the service', ''], sizes)}

## By hand

\`make bench QUICK=1\` leaves the bodies in \`.run/bench\`, and [performance.md](../performance.md) says how
to start each server. The load was made by these commands, in their order throughput, new milestone,
throughput by h2load, over HTTP/2, and latency; \`long.json\` and \`large.json\` are the other bodies.

\`\`\`sh
${listCommands(results)}
\`\`\``
}
