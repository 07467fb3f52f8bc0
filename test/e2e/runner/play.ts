import { createInterface } from 'node:readline'
import { type Env, start } from '../../../hack/lib/process.ts'
import { root } from '../../../hack/lib/root.ts'
import { guard, isInterrupted } from './interrupt.ts'
import { tell } from './summary.ts'
import { type Case, readCases } from './tap-cases.ts'

/** Plays the cases of some themes in a process of their own, and tells each as it ends. */
export async function play(
  mode: 'host' | 'cluster',
  themes: readonly string[],
  env: Env,
): Promise<Case[]> {
  const own = { E2E_MODE: mode, E2E_THEMES: themes.join(','), TAP_BAIL: '', FORCE_COLOR: '0' }
  const running = start(process.execPath, ['test/e2e/run.ts'], {
    env: { ...process.env, ...env, ...own },
    cwd: root,
  })
  const cases: Case[] = []
  const add = (each: Case) => {
    // What a process that was told to end says of its cases is of no use.
    if (isInterrupted()) return
    cases.push(each)
    tell(each)
  }
  const reader = readCases(add)
  const { stdout, stderr } = running.child
  for (const stream of [stdout, stderr]) if (stream) createInterface(stream).on('line', reader.line)
  const { code, cause } = await guard(running)
  // Something beside the cases: the environment did not open or close, or a case left something.
  if (code !== 0 && !cases.some(({ result }) => result === 'failed'))
    add({
      theme: mode,
      name: `the run of the cases ends well, not by ${cause}`,
      result: 'failed',
      seconds: 0,
      reason: '',
      output: reader.rest(),
    })
  return cases
}
