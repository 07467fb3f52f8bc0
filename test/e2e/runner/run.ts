import { nextSignal } from '../../../hack/lib/exit.ts'
import type { Env, Running } from '../../../hack/lib/process.ts'
import { runTap } from '../../../hack/lib/tap.ts'
import { endMakes } from '../../lib/cluster/make.ts'

/** What the cases of a mode came to; assertions are counted, as `make test` does. */
export interface Result {
  passed: number
  failed: number
  /** The skipped cases, each with its reason. */
  skipped: string[]
}

const limitSeconds = { host: 300, cluster: 900 }

let interrupted = false
let tap: Running | undefined

/** Whether a person has asked for the end: nothing but tidying up is begun then. */
export const isInterrupted = () => interrupted

/** Passes the first Ctrl-C on to what runs, so that it tidies up; the second one ends all. */
export function handleInterrupts(): void {
  void nextSignal().then((signal) => {
    interrupted = true
    tap?.signal(signal)
    void endMakes()
  })
}

/** Has tap run files of cases one after the other, with what `env` names. */
export async function runCases(
  mode: 'host' | 'cluster',
  files: readonly string[],
  env: Env,
): Promise<Result> {
  const all = { ...process.env, ...env, E2E_MODE: mode, TAP_BAIL: '', FORCE_COLOR: '0' }
  const options = ['--disable-coverage', '--jobs=1', `--timeout=${limitSeconds[mode]}`]
  const { code, passed, failed, skipped } = await runTap([...options, ...files], all, (running) => {
    tap = running
  })
  // A file may fail beside its cases, when its environment does not open or close.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped }
}
