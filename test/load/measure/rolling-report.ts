import { type Check, fact, goal } from './checks.ts'
import type { Rolled } from './rolling.ts'
import { protocolNames } from './stand.ts'

const mostStopMs = 5_000

/** The lines about one protocol. */
export function rollingChecks(rolled: Rolled, leastCalls: number): Check[] {
  const { protocol, calls, rollouts, stopMs, badEnds, complaints } = rolled
  const name = protocolNames[protocol]
  const wanted = protocol === 'http' ? 'HTTP/1.1' : 'HTTP/2'
  const [first] = [...calls.causes, ...complaints]
  const slowest = Math.max(...stopMs)
  const seen = calls.protocol.replace(/\.0$/, '')
  return [
    goal(`${name}: calls`, `${calls.calls}`, `${leastCalls}`, calls.calls >= leastCalls),
    goal(
      `${name}: failed`,
      `${calls.errors}${first ? ` (${first})` : ''}`,
      '0',
      calls.errors === 0,
    ),
    goal(`${name}: protocol`, seen, wanted, seen === wanted),
    fact(`${name}: p50, p99`, `${calls.p50Ms.toFixed(1)} ms, ${calls.p99Ms.toFixed(1)} ms`),
    fact(`${name}: new connections`, `${calls.newConnections}`),
    fact(`${name}: replicas replaced`, `${stopMs.length}, in ${rollouts} rollouts`),
    goal(
      `${name}: from SIGTERM to the end, at most`,
      `${(slowest / 1000).toFixed(1)} s`,
      `below ${mostStopMs / 1000} s`,
      slowest < mostStopMs,
    ),
    goal(
      `${name}: ends with another exit code than 0`,
      [badEnds.length, ...badEnds].join(' '),
      '0',
      badEnds.length === 0,
    ),
    goal(
      `${name}: warnings and errors in logs`,
      `${complaints.length}`,
      '0',
      complaints.length === 0,
    ),
  ]
}
