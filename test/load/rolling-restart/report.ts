import { describeOutcomes, summarize } from '../../lib/calls.ts'
import { type Check, fact, goal } from '../../lib/report.ts'
import { protocolNames } from '../lib/system-under-test.ts'
import type { RollingResults } from './measure.ts'

const mostStopMs = 5_000

/** The lines about one protocol. */
export function rollingChecks(results: RollingResults, minimumCalls: number): Check[] {
  const { protocol, load, rollouts, stopMs, badExits, complaints } = results
  const served = summarize(load.calls)
  const { calls, answered, p50Ms, p99Ms } = served
  const failed = calls - answered
  const wanted = protocol === 'http' ? 'HTTP/1.1' : 'HTTP/2'
  const spoken = load.protocol.replace(/\.0$/, '')
  const slowest = Math.max(...stopMs)
  const none = (what: string, count: number, more: string) =>
    goal(what, count === 0 ? 0 : `${count} (${more})`, 0, count === 0)
  return [
    goal('calls', calls, minimumCalls, calls >= minimumCalls),
    none('failed calls', failed, describeOutcomes(served)),
    goal('protocol', spoken, wanted, spoken === wanted),
    fact('p50, p99', `${p50Ms.toFixed(1)} ms, ${p99Ms.toFixed(1)} ms`),
    fact('new connections', load.newConnections),
    fact('replicas replaced', `${stopMs.length}, in ${rollouts} rollouts`),
    goal(
      'longest time from SIGTERM to the end',
      `${(slowest / 1000).toFixed(1)} s`,
      `below ${mostStopMs / 1000} s`,
      slowest < mostStopMs,
    ),
    none('exits with another code than 0', badExits.length, badExits.join(', ')),
    none('warnings and errors in logs', complaints.length, `${complaints[0]}`),
  ].map((check) => ({ ...check, what: `${protocolNames[protocol]}: ${check.what}` }))
}
