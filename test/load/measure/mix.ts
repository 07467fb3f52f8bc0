import { run } from '../../../hack/lib/process.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import type { Bodies } from '../../lib/load/bodies.ts'
import { placeholder } from '../../lib/load/bodies.ts'
import { pinned } from '../../lib/load/pin.ts'

/** Times of the calls with one answer. */
export interface Figures {
  calls: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/** What a run of mixed calls measured; see bench/caller-go. */
export interface Mixed {
  seconds: number
  offered: number
  perSecond: number
  /** Calls that were due while as many as may be were in flight. */
  unsent: number
  admitted: Figures
  refused: Figures
  statuses: Record<string, number>
  parts: Record<string, Record<string, Figures>>
  newConnections: number
  /** Answers of 429 without whole seconds of Retry-After, or with a body. */
  badRefusals: number
  failures: Record<string, number>
}

export interface Caller {
  binary: string
  pin: boolean
  target: { url: string; caFile?: string | undefined }
}

export interface MixOptions {
  /** Files of bodies, with the share of the calls that carry each. */
  parts: readonly (readonly [file: string, share: number])[]
  seconds: number
  /** Calls a second, whatever becomes of those before; without it as fast as they are answered. */
  rate?: number
  /** Most calls in flight. */
  inFlight: number
}

const mostKinds = 4

/** The answers and failures with their counts, but only the most frequent ones of many. */
export function answers({ statuses, failures }: Mixed): string {
  const all = Object.entries({ ...statuses, ...failures }).sort(([, a], [, b]) => b - a)
  const shown = all.slice(0, mostKinds).map(([what, count]) => `${count} x ${what}`)
  const others = all.length - shown.length
  return [...shown, ...(others > 0 ? [`${others} other kinds`] : [])].join(', ')
}

/** Calls that were answered by neither 200 nor 429, or not at all. */
export function strays({ statuses, failures }: Mixed): number {
  const { '200': _, '429': __, ...others } = statuses
  return [...Object.values(others), ...Object.values(failures)].reduce((sum, n) => sum + n, 0)
}

const graceMs = 30_000
let taken = 0

/** The calls of a busy day: most change nothing, some publish, some objects are at etcd's limit. */
export function usualMix(bodies: Bodies): MixOptions['parts'] {
  return [
    [bodies.typical, 70],
    [bodies.milestone, 20],
    [bodies.large, 10],
  ]
}

/** Calls a hook with a mix of bodies. */
export async function callMixed(caller: Caller, options: MixOptions): Promise<Mixed> {
  const { parts, seconds, rate = 0, inFlight } = options
  const { url, caFile } = caller.target
  // Each milestone is one that no run before had.
  taken += 100_000_000
  const args = [
    '-way=mix',
    `-url=${url}`,
    ...(caFile === undefined ? [] : [`-ca=${caFile}`]),
    `-mix=${parts.map(([file, share]) => `${file}:${share}`).join(',')}`,
    `-placeholder=${placeholder}`,
    `-first=${taken}`,
    `-seconds=${seconds}`,
    '-warmup=0',
    `-rate=${rate}`,
    `-workers=${inFlight}`,
  ]
  const command = pinned(caller.pin, 'load', caller.binary, args)
  const { stdout, failure } = await run(command.command, command.args, {
    env: { PATH: process.env.PATH },
    limitMs: seconds * 1000 + graceMs,
  })
  if (failure) throw new UserError(`the load on ${url} failed: ${failure}`)
  return JSON.parse(stdout) as Mixed
}
