import { join } from 'node:path'
import { nextSignal } from './exit.ts'
import { type Env, start } from './process.ts'
import { root } from './root.ts'

/** Runs `make test` without coverage for folders or files of tests; resolves to its exit code. */
export async function runTests(args: readonly string[], env: Env): Promise<number> {
  const zx = join(root, 'node_modules/.bin/zx')
  const command = [zx, 'hack/test.ts', ...args]
  const tests = start(process.execPath, command, { env, cwd: root, output: 'inherit' })
  // The tests have processes of their own to end.
  void nextSignal().then((signal) => tests.signal(signal))
  return (await tests.ended).code
}
