import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildService } from './build-service.ts'
import { nextSignal, onExitRemove } from './exit.ts'
import { findNatsServer } from './nats-server.ts'
import type { Env } from './process.ts'
import { root } from './root.ts'
import { warn } from './script.ts'
import { runTap } from './tap.ts'

/** Runs tests with tap: files, folders and options of tap; resolves to the exit code. */
export async function runTests(given: readonly string[], more: Env = {}): Promise<number> {
  const binary = await findNatsServer().catch(({ message }) => warn(message))
  // The bundle starts in half the time of the source.
  const built = mkdtempSync(join(tmpdir(), 'coinflip-service-'))
  onExitRemove(built)
  const env = {
    ...process.env,
    ...(binary && { NATS_SERVER_BIN: binary }),
    SERVICE_ENTRY: await buildService(built),
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
    ...more,
  }
  // Of folders the tests in them; without a path those that .taprc includes.
  const isPath = (text: string) => !/^-|\.ts$/.test(text)
  const chosen = given.map((text) => (isPath(text) ? join(text, '**/*.test.ts') : text))
  // Coverage takes a sixth of the time and is read by nobody in CI: COVERAGE=1 reports it.
  const coverage = process.env.COVERAGE ? [] : ['--disable-coverage']
  const { code, passed, failed, skipped } = await runTap(
    [...coverage, ...chosen],
    env,
    (tap) => void nextSignal().then((signal) => tap.signal(signal)),
  )
  // Everything that these tests need is installed, so none has a reason to be skipped.
  for (const test of skipped) warn(`skipped, which counts as failed: ${test}`)
  const broken = code !== 0 && failed === 0 ? 1 : 0
  // The reporter ends with an escape sequence and no newline.
  process.stdout.write(`\n${passed} passed, ${failed + skipped.length + broken} failed\n`)
  return skipped.length > 0 ? code || 1 : code
}
