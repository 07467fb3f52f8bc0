import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from './exit.ts'
import { type Env, type Running, start } from './process.ts'
import { root } from './root.ts'

/** The result of a run of tap. */
interface TapResult {
  passed: number
  failed: number
  /** The skipped tests, each with its reason. */
  skipped: string[]
}

/** Reads the result from raw TAP; counts assertions, not files. */
export function readTap(text: string): TapResult {
  const summary = /^# \{ total: \d+.*\}$/m.exec(text)?.[0] ?? ''
  const count = (what: string) => Number(new RegExp(`\\b${what}: (\\d+)`).exec(summary)?.[1] ?? 0)
  const skips = text.matchAll(/^ *ok \d+ - (.*?) # SKIP ?(.*)$/gm)
  const skipped = [...skips].map(([, name, reason]) => (reason ? `${name} (${reason})` : `${name}`))
  return { passed: count('pass'), failed: count('fail'), skipped }
}

/**
 * Runs tap, which prints only failures outside a terminal. `started` gets the process, to pass
 * signals on: the tests have processes of their own to end.
 */
export async function runTap(
  args: readonly string[],
  env: Env,
  started: (tap: Running) => void,
): Promise<TapResult & { code: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-tap-'))
  onExitRemove(dir)
  const file = join(dir, 'output.tap')
  const reporter = process.stdout.isTTY ? [] : ['--reporter=min']
  const command = [join(root, 'node_modules/.bin/tap'), `--output-file=${file}`, ...reporter]
  // In CI, tap's reporters end before they have printed a failure.
  const options = { env: { ...env, CI: 'false' }, output: 'inherit' } as const
  const tap = start(process.execPath, [...command, ...args], options)
  started(tap)
  const { code } = await tap.ended
  return { ...readTap(await readFile(file, 'utf8').catch(() => '')), code }
}
