import { type Result, run } from '../lib/process.ts'
import { UserError } from '../lib/user-error.ts'

/** Runs kubectl to its end. That it fails is a value, since some failures are expected. */
export type Kubectl = (args: readonly string[], limitMs?: number) => Promise<Result>

const usualLimitMs = 60_000

/** What says nothing of the cause. */
const noise = /^((# )?Warning:|\* <nil>:)/

/** All that kubectl said as one line, since the cause is not always in the last one. */
export function withWholeCause(result: Result): Result {
  const lines = result.stderr.trim().split('\n')
  if (result.failure === undefined || result.failure !== lines.at(-1)) return result
  const telling = lines.map((line) => line.trim()).filter((line) => !noise.test(line))
  return { ...result, failure: telling.join(' ') || result.failure }
}

/** A kubectl that says the same flags each time, as `--context`. */
export function kubectlWith(...flags: string[]): Kubectl {
  return async (args, limitMs = usualLimitMs) =>
    withWholeCause(await run('kubectl', [...flags, ...args], { env: process.env, limitMs }))
}

/** What kubectl printed; a failure ends the script with the line that kubectl said. */
export async function ask(kubectl: Kubectl, ...args: string[]): Promise<string> {
  const { stdout, failure } = await kubectl(args)
  if (failure !== undefined) throw new UserError(`kubectl ${args[0]}: ${failure}`)
  return stdout
}

/** Whether kubectl failed because the cluster has no such kind, or no such object of it. */
export function isAbsent(failure: string | undefined): boolean {
  return /resource type "|no matches for kind|\(NotFound\)/.test(failure ?? '')
}

/** An object or list, read by `kubectl get ARGS -o json`; undefined where there is none. */
export async function find<T>(kubectl: Kubectl, ...args: string[]): Promise<T | undefined> {
  const { stdout, failure } = await kubectl(['get', ...args, '--ignore-not-found', '-o', 'json'])
  if (isAbsent(failure)) return undefined
  if (failure !== undefined) throw new UserError(`kubectl get ${args[0]}: ${failure}`)
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}
