import { type Result, run } from '../lib/process.ts'
import { UserError } from '../lib/user-error.ts'

/** Runs kubectl to its end. A failure is a value, since some failures are expected. */
export type Kubectl = (
  args: readonly string[],
  options?: { limitMs?: number; input?: string },
) => Promise<Result>

/** Lines that do not tell the cause. */
const noise = /^((# )?Warning:|\* <nil>:)/

/** Joins the error lines of kubectl, since the last one does not always tell the cause. */
export function joinErrorLines(result: Result): Result {
  const lines = result.stderr.trim().split('\n')
  if (result.failure === undefined || result.failure !== lines.at(-1)) return result
  const causes = lines.map((line) => line.trim()).filter((line) => !noise.test(line))
  return { ...result, failure: causes.join(' ') || result.failure }
}

/** A kubectl that adds the same flags to each call, such as `--context`. */
export function kubectlWith(...flags: string[]): Kubectl {
  return async (args, options) => joinErrorLines(await run('kubectl', [...flags, ...args], options))
}

/** Returns the output of kubectl; throws a UserError with its error lines if it fails. */
export async function ask(kubectl: Kubectl, ...args: string[]): Promise<string> {
  const { stdout, failure } = await kubectl(args)
  if (failure !== undefined) throw new UserError(`kubectl ${args[0]}: ${failure}`)
  return stdout
}

/** Whether kubectl failed because the cluster has no such kind or no such object. */
export function isAbsent(failure: string | undefined): boolean {
  return /resource type "|no matches for kind|\(NotFound\)/.test(failure ?? '')
}

/** Reads an object or list by `kubectl get ARGS -o json`; undefined where there is none. */
export async function find<T>(kubectl: Kubectl, ...args: string[]): Promise<T | undefined> {
  const { stdout, failure } = await kubectl(['get', ...args, '--ignore-not-found', '-o', 'json'])
  if (isAbsent(failure)) return undefined
  if (failure !== undefined) throw new UserError(`kubectl get ${args[0]}: ${failure}`)
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}
