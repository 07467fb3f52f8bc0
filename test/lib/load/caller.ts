import { end, start } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import type { Call } from '../calls.ts'
import { placeholder } from './bodies.ts'
import { pinned } from './pin.ts'

/** What a run of calls measured, as caller-go prints it. */
export interface CallResults {
  seconds: number
  protocol: string
  newConnections: number
  /** `badRefusal`: a 429 without whole seconds of Retry-After, or with a body. */
  calls: (Call & { body: string; badRefusal?: boolean })[]
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
  mix: readonly (readonly [file: string, share: number])[]
  seconds: number
  /** Calls a second, whatever becomes of the calls before; without it as fast as they are answered. */
  rate?: number
  /** Concurrent calls; with a rate the most calls in flight. */
  workers: number
  /** Pause of a worker between its calls, in which Metacontroller writes a status. */
  pauseMs?: number
  /** Idle connections that are kept; Go's default is 2. */
  idle?: number
  /** https without HTTP/2. */
  http1?: boolean
}

const graceMs = 30_000
const stopLimitMs = 15_000

/** Starts calls, which end after their time or at `stop`. */
export function startCalls({ binary, pin, target }: Caller, options: CallOptions) {
  const { mix, seconds, pauseMs = 0, ...same } = options
  const flags = {
    ...same,
    url: target.url,
    mix: mix.map(([file, share]) => `${file}:${share}`).join(','),
    seconds,
    pause: `${pauseMs}ms`,
    placeholder,
    ...(target.caFile && { ca: target.caFile }),
  }
  const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`)
  const running = start(...pinned(pin, 'load', [binary, ...args]), {
    env: { PATH: process.env.PATH },
  })
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
