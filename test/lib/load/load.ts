import { join } from 'node:path'
import { run } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { cpuMs } from '../process-stat.ts'
import { pinned } from './pin.ts'

/** A server that is called, and whose process is measured. */
export interface LoadTarget {
  name: string
  url: string
  pid: number
  caFile?: string | undefined
}

/** What one run of load measured; see bench/caller-go. */
export interface Load {
  calls: number
  errors: number
  perSecond: number
  newConnections: number
  protocol: string
  p50Ms: number
  p99Ms: number
  cpuMsPerCall: number
  /** Share of a core that the server used. */
  busy: number
}

export interface LoadOptions {
  body: string
  seconds: number
  /** Evenly spaced calls a second, instead of as many as go. */
  rate?: number
  /** Text in the body that a number replaces, and how many numbers take turns (0: all new). */
  placeholder?: string
  objects?: number
  /** First of the numbers. */
  first?: number
  /** As Metacontroller calls, instead of over 8 kept-alive connections. */
  metacontroller?: boolean
  http1?: boolean
}

/** Programs that make load. */
export interface Loader {
  pin: boolean
  /** The built bench/caller-go; without it only the plainest load can be made. */
  caller?: string | undefined
}

/** Longest that a run may take beyond what it measures. */
const graceMs = 30_000

async function loadByCaller(
  caller: string,
  pin: boolean,
  server: LoadTarget,
  options: LoadOptions,
) {
  const { body, seconds, rate, placeholder, objects, first, metacontroller, http1 } = options
  const way = metacontroller
    ? ['-way=metacontroller', '-workers=50', '-pause=10ms']
    : ['-way=connections', '-workers=8']
  const optional = { rate, placeholder, objects, first, ca: server.caFile, http1 }
  const args = [
    ...way,
    `-url=${server.url}`,
    `-body=${body}`,
    `-seconds=${seconds}`,
    `-pid=${server.pid}`,
    ...Object.entries(optional).flatMap(([name, value]) =>
      value === undefined ? [] : [`-${name}=${value}`],
    ),
  ]
  const command = pinned(pin, 'load', caller, args)
  const { stdout, stderr, failure } = await run(command.command, command.args, {
    env: { PATH: process.env.PATH },
    limitMs: seconds * 1000 + graceMs,
  })
  if (failure) throw new UserError(`bench: load on ${server.name}: ${failure}`)
  const load = JSON.parse(stdout) as Load
  if (load.errors > 0)
    throw new UserError(`bench: ${load.errors} calls of ${server.name} failed: ${stderr.trim()}`)
  return load
}

interface AutocannonResult {
  duration: number
  errors: number
  non2xx: number
  '2xx': number
  latency: { p50: number; p99: number }
}

async function loadByAutocannon(
  pin: boolean,
  server: LoadTarget,
  { body, seconds }: LoadOptions,
): Promise<Load> {
  const bin = join(root, 'node_modules/.bin/autocannon')
  const args = ['--connections=8', `--duration=${seconds}`, '--method=POST', `--input=${body}`]
  const rest = ['--headers=content-type=application/json', '--json', server.url]
  const command = pinned(pin, 'load', process.execPath, [bin, ...args, ...rest])
  const before = cpuMs(server.pid)
  const { stdout, failure } = await run(command.command, command.args, {
    env: { PATH: process.env.PATH },
    limitMs: seconds * 1000 + graceMs,
  })
  if (failure) throw new UserError(`bench: autocannon on ${server.name}: ${failure}`)
  const spentMs = cpuMs(server.pid) - before
  const result = JSON.parse(stdout) as AutocannonResult
  const errors = result.errors + result.non2xx
  if (errors > 0) throw new UserError(`bench: ${errors} calls of ${server.name} failed`)
  const calls = result['2xx']
  return {
    calls,
    errors,
    perSecond: calls / result.duration,
    newConnections: 8,
    protocol: 'HTTP/1.1',
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMsPerCall: spentMs / calls,
    busy: spentMs / 1000 / result.duration,
  }
}

/** Puts load on a server, from the core for it. */
export function makeLoad(
  { pin, caller }: Loader,
  server: LoadTarget,
  options: LoadOptions,
): Promise<Load> {
  return caller
    ? loadByCaller(caller, pin, server, options)
    : loadByAutocannon(pin, server, options)
}
