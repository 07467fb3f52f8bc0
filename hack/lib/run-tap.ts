import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from './exit.ts'
import { type Env, type Running, start } from './process.ts'
import { root } from './root.ts'
import { readTap, type TapResult } from './tap-output.ts'

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
  const bin = join(root, 'node_modules/.bin/tap')
  const reporter = process.stdout.isTTY ? [] : ['--reporter=min']
  const options = { env, cwd: root, output: 'inherit' } as const
  const tap = start(process.execPath, [bin, `--output-file=${file}`, ...reporter, ...args], options)
  started(tap)
  const { code } = await tap.ended
  return { ...readTap(await readFile(file, 'utf8').catch(() => '')), code }
}
