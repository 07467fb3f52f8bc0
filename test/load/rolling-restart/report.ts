import { countFailed, describeAnswers } from '../../lib/load/caller.ts'
import { type Check, fact, goal } from '../lib/checks.ts'
import { protocolNames } from '../lib/system-under-test.ts'
import type { RollingResults } from './measure.ts'

const mostStopMs = 5_000

/** The lines about one protocol. */
export function rollingChecks(results: RollingResults, minimumCalls: number): Check[] {
  const { protocol, calls, rollouts, stopMs, badExits, complaints } = results
  const name = protocolNames[protocol]
  const wanted = protocol === 'http' ? 'HTTP/1.1' : 'HTTP/2'
  const failed = countFailed(calls)
  const slowest = Math.max(...stopMs)
  const spoken = calls.protocol.replace(/\.0$/, '')
  return [
    goal(`${name}: calls`, `${calls.calls}`, `${minimumCalls}`, calls.calls >= minimumCalls),
    goal(
      `${name}: failed calls`,
      failed === 0 ? '0' : `${failed} (${describeAnswers(calls)})`,
      '0',
      failed === 0,
    ),
    goal(`${name}: protocol`, spoken, wanted, spoken === wanted),
    fact(
      `${name}: p50, p99`,
      `${calls.admitted.p50Ms.toFixed(1)} ms, ${calls.admitted.p99Ms.toFixed(1)} ms`,
    ),
    fact(`${name}: new connections`, `${calls.newConnections}`),
    fact(`${name}: replicas replaced`, `${stopMs.length}, in ${rollouts} rollouts`),
    goal(
      `${name}: longest time from SIGTERM to the end`,
      `${(slowest / 1000).toFixed(1)} s`,
      `below ${mostStopMs / 1000} s`,
      slowest < mostStopMs,
    ),
    goal(
      `${name}: exits with another code than 0`,
      [badExits.length, ...badExits].join(' '),
      '0',
      badExits.length === 0,
    ),
    goal(
      `${name}: warnings and errors in logs`,
      `${complaints.length}`,
      '0',
      complaints.length === 0,
    ),
  ]
}
