import { end, start } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { placeholder } from './bodies.ts'
import { pinned } from './pin.ts'

/** The latencies of the calls with one status. */
export interface Latencies {
  calls: number
  p50Ms: number
  p99Ms: number
}

/** What a run of calls measured, as caller-go/result.go prints it. */
export interface CallResults {
  seconds: number
  calls: number
  /** Answered with 200. */
  admitted: Latencies
  /** Answered with 429. */
  refused: Latencies
  statuses: Record<string, number>
  /** By body and status. */
  parts: Record<string, Record<string, Latencies>>
  newConnections: number
  protocol: string
  /** Responses of 429 without whole seconds of Retry-After, or with a body. */
  badRefusals: number
  failures: Record<string, number>
}

/** A caller with the transport of Metacontroller, and the hook that it calls. */
export interface Caller {
  /** The built caller-go. */
  binary: string
  pin: boolean
  target: { url: string; caFile?: string | undefined }
}

export interface CallOptions {
  /** Files of request bodies, with the share of the calls that carry each. */
  parts: readonly (readonly [file: string, share: number])[]
  seconds: number
  /** Calls a second, whatever becomes of the calls before; without it as fast as they are answered. */
  rate?: number
  /** Concurrent calls; with a rate the most calls in flight. */
  workers: number
  /** Pause of a worker between its calls, in which Metacontroller writes a status. */
  pauseMs?: number
  /** Idle connections that are kept; Go's default is 2. */
  idleConnections?: number
  /** https without HTTP/2. */
  http1?: boolean
}

const graceMs = 30_000
const stopLimitMs = 15_000
let first = 0

/** Starts calls, which end after their time or at `stop`. */
export function startCalls(
  { binary, pin, target }: Caller,
  options: CallOptions,
): { results: Promise<CallResults>; stop(): Promise<CallResults> } {
  const { parts, seconds, rate, workers, pauseMs, idleConnections, http1 } = options
  // No two runs may call with the same milestone.
  first += 100_000_000
  const flags = {
    url: target.url,
    ca: target.caFile,
    mix: parts.map(([file, share]) => `${file}:${share}`).join(','),
    seconds,
    rate,
    workers,
    pause: pauseMs === undefined ? undefined : `${pauseMs}ms`,
    idle: idleConnections,
    http1,
    placeholder,
    first,
  }
  const args = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`-${name}=${value}`],
  )
  const place = pinned(pin, 'load', binary, args)
  const running = start(place.command, place.args, { env: { PATH: process.env.PATH } })
  let [stdout, stderr] = ['', '']
  running.child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text))
  running.child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text))
  const timer = setTimeout(() => running.signal('SIGKILL'), seconds * 1000 + graceMs)
  const results = running.ended.then(({ code, cause }) => {
    clearTimeout(timer)
    if (code === 0) return JSON.parse(stdout) as CallResults
    throw new UserError(`calls to ${target.url} ended with ${cause}: ${stderr.trim()}`)
  })
  // Whoever stops the calls later still gets the error.
  results.catch(() => {})
  return {
    results,
    async stop() {
      await end(running, 'SIGTERM', stopLimitMs)
      return results
    },
  }
}

/** Calls a hook, and answers what that measured. */
export function sendCalls(caller: Caller, options: CallOptions): Promise<CallResults> {
  return startCalls(caller, options).results
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

/** Calls that were answered by neither 200 nor 429, or not at all. */
export function countUnexpected({ statuses, failures }: CallResults): number {
  const { '200': _, '429': __, ...others } = statuses
  return sum([...Object.values(others), ...Object.values(failures)])
}

/** Calls that were not answered with 200. */
export function countFailed(results: CallResults): number {
  return countUnexpected(results) + results.refused.calls
}

const mostShown = 4

/** The statuses and failures with their counts, the most frequent ones only. */
export function describeAnswers({ statuses, failures }: CallResults): string {
  const all = Object.entries({ ...statuses, ...failures }).sort(([, a], [, b]) => b - a)
  const shown = all.slice(0, mostShown).map(([what, count]) => `${count} x ${what}`)
  const others = all.length - shown.length
  return [...shown, ...(others > 0 ? [`${others} other kinds`] : [])].join(', ')
}
