import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../hack/lib/user-error.ts'
import { placeholder } from '../../test/lib/load/bodies.ts'
import { type CallOptions, countFailed, sendCalls } from '../../test/lib/load/caller.ts'
import { pinned } from '../../test/lib/load/pin.ts'
import type { Server } from '../../test/lib/load/server.ts'
import { output, requireProgram } from '../../test/lib/load/tools.ts'
import { cpuMs } from '../../test/lib/process-stat.ts'
import { quantile } from '../lib/statistics.ts'

/** What one run of load measured. */
export interface Load {
  perSecond: number
  /** CPU time of the server. */
  cpuMsPerCall: number
  /** Share of a core that the server used. */
  coreShare: number
  p50Ms: number
  p99Ms: number
  protocol: string
  newConnections: number
}

interface Run {
  calls: number
  failed: number
  seconds: number
  latenciesMs?: readonly number[]
  p50Ms?: number
  p99Ms?: number
  protocol?: string
  newConnections?: number
}

/** The programs that make load, and the core that they run on. */
export interface LoadTools {
  pin: boolean
  wrk: string
  h2load: string
  /** The caller with Metacontroller's transport; undefined without Go. */
  caller: string | undefined
  dir: string
}

const connections = 8

/** Finds wrk and h2load, or says how to get what is missing. */
export async function findLoadTools(): Promise<Pick<LoadTools, 'wrk' | 'h2load'>> {
  const remedy = (name: string) => `on Debian apt-get install ${name}`
  return {
    wrk: await requireProgram('wrk', 'make bench', remedy('wrk')),
    h2load: await requireProgram('h2load', 'make bench', remedy('nghttp2-client')),
  }
}

async function measure(server: Server, run: () => Promise<Run>): Promise<Load> {
  const before = cpuMs(server.pid)
  const { calls, failed, seconds, latenciesMs = [], ...rest } = await run()
  const spentMs = cpuMs(server.pid) - before
  if (failed > 0 || calls === 0)
    throw new UserError(`${failed} of ${calls} calls of ${server.name} failed`)
  return {
    perSecond: calls / seconds,
    cpuMsPerCall: spentMs / calls,
    coreShare: spentMs / 1000 / seconds,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    protocol: 'HTTP/1.1',
    newConnections: connections,
    ...rest,
  }
}

function runTool(pin: boolean, program: string, args: readonly string[]): Promise<string> {
  const place = pinned(pin, 'load', program, args)
  return output(place.command, place.args)
}

/** Bodies with another number in each call: so many in turn, or always a new one. */
export interface Numbering {
  first?: number
  numbers?: number
}

/** As many calls as the server answers, over 8 kept-alive connections of HTTP/1.1. */
export function callWithWrk(
  { pin, wrk }: LoadTools,
  server: Server,
  { body, seconds, numbering }: { body: string; seconds: number; numbering?: Numbering },
): Promise<Load> {
  const { first = 0, numbers = 0 } = numbering ?? {}
  const args = [
    ...['--threads=1', `--connections=${connections}`, `--duration=${seconds}`, '--timeout=10'],
    `--script=${join(import.meta.dirname, 'wrk.lua')}`,
    ...[server.url, '--', body],
    ...(numbering ? [placeholder, String(first), String(numbers)] : []),
  ]
  return measure(server, async () => {
    const printed = await runTool(pin, wrk, args)
    return JSON.parse(printed.split('\n').at(-1) ?? '') as Run
  })
}

/**
 * Calls over 8 connections of HTTP/1.1, or over https in 8 streams of one HTTP/2 session; at a rate
 * if there is one. Each latency is measured from the moment at which the call was sent.
 */
export function callWithH2load(
  { pin, h2load, dir }: LoadTools,
  server: Server,
  { body, seconds, rate }: { body: string; seconds: number; rate?: number },
): Promise<Load> {
  const log = join(mkdtempSync(join(dir, 'h2load-')), 'calls.tsv')
  const isHttp2 = server.url.startsWith('https')
  const clients = isHttp2 ? 1 : connections
  const args = [
    ...(isHttp2 ? [`--max-concurrent-streams=${connections}`] : ['--h1']),
    ...['--threads=1', `--clients=${clients}`, `--duration=${seconds}`],
    ...(rate === undefined ? [] : [`--rps=${rate / clients}`]),
    ...[`--data=${body}`, '--header=content-type: application/json', `--log-file=${log}`],
    server.url,
  ]
  return measure(server, async () => {
    await runTool(pin, h2load, args)
    const calls = readFileSync(log, 'utf8').trim().split('\n')
    const cells = calls.map((line) => line.split('\t'))
    return {
      calls: calls.length,
      failed: cells.filter(([, status]) => status !== '200').length,
      seconds,
      latenciesMs: cells.map(([, , us]) => Number(us) / 1000),
      protocol: isHttp2 ? 'HTTP/2' : 'HTTP/1.1',
      newConnections: clients,
    }
  })
}

/** Calls with Metacontroller's transport: 50 workers that pause 10 ms between their calls. */
export function callAsMetacontroller(
  { pin }: LoadTools,
  caller: string,
  server: Server,
  { body, ...options }: { body: string } & Pick<CallOptions, 'seconds' | 'http1'>,
): Promise<Load> {
  const target = { url: server.url, caFile: server.caFile }
  const calls = { ...options, parts: [[body, 1]], workers: 50, pauseMs: 10 } as const
  return measure(server, async () => {
    const results = await sendCalls({ binary: caller, pin, target }, calls)
    const { p50Ms, p99Ms } = results.admitted
    return { ...results, p50Ms, p99Ms, failed: countFailed(results) }
  })
}
