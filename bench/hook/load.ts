import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { outputOf } from '../../hack/lib/process.ts'
import { requireProgram } from '../../hack/lib/require-program.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { percentilesOf, summarize } from '../../test/lib/calls.ts'
import { placeholder } from '../../test/lib/load/bodies.ts'
import { sendCalls } from '../../test/lib/load/caller.ts'
import { pinned } from '../../test/lib/load/pin.ts'
import type { Server } from '../../test/lib/load/server.ts'
import { cpuMs } from '../../test/lib/process-stat.ts'

/** What one run of load measured. */
export type Load = Awaited<ReturnType<typeof measure>>

interface Run {
  calls: number
  failed: number
  seconds: number
  p50Ms?: number
  p99Ms?: number
  protocol?: string
  newConnections?: number
}

/** Where the programs that make load run, and where their files are. */
export interface LoadTools {
  pin: boolean
  /** The caller with Metacontroller's transport. */
  caller: string
  dir: string
}

/** What is called, and for how long. */
export interface LoadOptions {
  /** File of the request body. */
  body: string
  seconds: number
}

const connections = 8

/** Requires wrk and h2load, or says how to get what is missing. */
export async function requireLoadTools(): Promise<void> {
  await requireProgram('wrk', 'make bench needs it: on Debian apt-get install wrk')
  await requireProgram('h2load', 'make bench needs it: on Debian apt-get install nghttp2-client')
}

async function measure(server: Server, run: () => Promise<Run>) {
  const before = cpuMs(server.pid)
  const { calls, failed, seconds, ...rest } = await run()
  const spentMs = cpuMs(server.pid) - before
  if (failed > 0 || calls === 0)
    throw new UserError(`${failed} of ${calls} calls of ${server.name} failed`)
  return {
    perSecond: calls / seconds,
    /** CPU time of the server. */
    cpuMsPerCall: spentMs / calls,
    /** Share of a core that the server used. */
    coreShare: spentMs / 1000 / seconds,
    p50Ms: Number.NaN,
    p99Ms: Number.NaN,
    protocol: 'HTTP/1.1',
    newConnections: connections,
    ...rest,
  }
}

function runPinned(pin: boolean, command: readonly string[]): Promise<string> {
  const [program, args] = pinned(pin, 'load', command)
  return outputOf(program, ...args)
}

/** The command of wrk: as many calls as the server answers, over 8 connections of HTTP/1.1. */
export function buildWrkCommand(
  url: string,
  { body, seconds, numbers }: LoadOptions & { numbers?: number },
): string[] {
  return [
    ...['wrk', '--threads=1', `--connections=${connections}`, `--duration=${seconds}`],
    ...['--timeout=10', '--script=bench/hook/wrk.lua', url, '--', body],
    ...(numbers === undefined ? [] : [placeholder, String(numbers)]),
  ]
}

/**
 * As many calls as the server answers, over 8 kept-alive connections of HTTP/1.1. With `numbers` the
 * bodies have so many uids in turn, and with 0 always a new one.
 */
export function callWithWrk(
  { pin }: LoadTools,
  server: Server,
  options: LoadOptions & { numbers?: number },
): Promise<Load> {
  return measure(server, async () => {
    const printed = await runPinned(pin, buildWrkCommand(server.url, options))
    return JSON.parse(printed.split('\n').at(-1) ?? '') as Run
  })
}

const usesHttp2 = (url: string) => url.startsWith('https')

/**
 * The command of h2load: calls over 8 connections of HTTP/1.1, or over https in 8 streams of one
 * HTTP/2 session; at a rate if there is one.
 */
export function buildH2loadCommand(
  url: string,
  { body, seconds, rate }: LoadOptions & { rate?: number },
): string[] {
  const [protocol, clients] = usesHttp2(url)
    ? [`--max-concurrent-streams=${connections}`, 1]
    : ['--h1', connections]
  return [
    ...['h2load', protocol, '--threads=1', `--clients=${clients}`, `--duration=${seconds}`],
    ...(rate === undefined ? [] : [`--rps=${rate / clients}`]),
    ...[`--data=${body}`, '--header=content-type:application/json', url],
  ]
}

/** Calls with h2load. Each latency is measured from the moment at which the call was sent. */
export function callWithH2load(
  { pin, dir }: LoadTools,
  server: Server,
  options: LoadOptions & { rate?: number },
): Promise<Load> {
  const log = join(mkdtempSync(join(dir, 'h2load-')), 'calls.tsv')
  const isHttp2 = usesHttp2(server.url)
  const { seconds } = options
  return measure(server, async () => {
    await runPinned(pin, [...buildH2loadCommand(server.url, options), `--log-file=${log}`])
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    const calls = lines.map((line) => {
      const [, outcome = '', us] = line.split('\t')
      return { outcome, ms: Number(us) / 1000 }
    })
    return {
      calls: calls.length,
      failed: calls.filter(({ outcome }) => outcome !== '200').length,
      seconds,
      ...percentilesOf(calls),
      protocol: isHttp2 ? 'HTTP/2' : 'HTTP/1.1',
      newConnections: isHttp2 ? 1 : connections,
    }
  })
}

/** Calls with Metacontroller's transport: 50 workers that pause 10 ms between their calls. */
export function callAsMetacontroller(
  { pin, caller: binary }: LoadTools,
  target: Server,
  { body, ...options }: LoadOptions & { http1: boolean },
): Promise<Load> {
  const how = { ...options, mix: [[body, 1]], workers: 50, pauseMs: 10 } as const
  return measure(target, async () => {
    const results = await sendCalls({ binary, pin, target }, how)
    const { calls, answered, p50Ms, p99Ms } = summarize(results.calls)
    return { ...results, calls, failed: calls - answered, p50Ms, p99Ms }
  })
}
