import { globSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildService } from './build-service.ts'
import { nextSignal, onExitRemove } from './exit.ts'
import { findNatsServer } from './nats-server.ts'
import type { Env } from './process.ts'
import { root } from './root.ts'
import { warn } from './script.ts'
import { runTap } from './tap.ts'

/** Tests that need more than Node and NATS; other targets run them. */
const separate = [
  'test/browser/',
  'test/chart/',
  'test/chaos/nats-cluster.test.ts',
  'test/e2e/',
  'test/image/',
  'test/monitoring/real/',
  'test/nats-cli/',
  'test/release/real/',
]

const testsIn = (folder: string) => globSync(join(folder, '**/*.test.ts'), { cwd: root }).sort()

/** The files of the tests in these files and folders; all tests of `make test` by default. */
function chooseFiles(paths: readonly string[]): string[] {
  if (paths.length === 0)
    return testsIn('test').filter((file) => !separate.some((each) => file.startsWith(each)))
  const isFolder = (path: string) =>
    statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()
  return paths.flatMap((path) => (isFolder(path) ? testsIn(path) : [path]))
}

/** Runs tests with tap, whose options begin with a dash; resolves to the exit code. */
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
  const isOption = (text: string) => text.startsWith('-')
  const files = chooseFiles(given.filter((text) => !isOption(text)))
  // Coverage takes a sixth of the time and is read by nobody in CI: COVERAGE=1 reports it.
  const coverage = process.env.COVERAGE ? [] : ['--disable-coverage']
  const { code, passed, failed, skipped } = await runTap(
    [...coverage, ...given.filter(isOption), ...files],
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
