import { globSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildService } from './lib/build-service.ts'
import { nextSignal, onExitRemove } from './lib/exit.ts'
import { findNatsServer } from './lib/nats-server.ts'
import { root } from './lib/root.ts'
import { runTap } from './lib/run-tap.ts'
import { script, scriptArguments, warn } from './lib/script.ts'

/** Tests that need more than Node and NATS; other targets run them. */
const separate = [
  'test/browser/',
  'test/chaos/nats-cluster.test.ts',
  'test/e2e/',
  'test/image/',
  'test/monitoring/real/',
  'test/nats/cli.test.ts',
]

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Coverage takes a sixth of the time and is read by nobody in CI: COVERAGE=1 reports it. */
const coverage = process.env.COVERAGE ? [] : ['--disable-coverage']

/** The arguments of tap: options unchanged, folders as the tests in them, all tests by default. */
function tapArguments(given: readonly string[]): string[] {
  const options = given.filter((text) => text.startsWith('-'))
  const paths = given.filter((text) => !text.startsWith('-'))
  const found = (folder: string) => globSync(join(folder, '**/*.test.ts')).sort()
  const all = () =>
    found('test').filter((file) => !separate.some((folder) => file.startsWith(folder)))
  const chosen = () => paths.flatMap((path) => (isFolder(path) ? found(path) : [path]))
  const files = paths.length > 0 ? chosen() : all()
  return [...coverage, ...options, ...files]
}

await script(async () => {
  const binary = await findNatsServer().catch(({ message }) => warn(message))
  // The bundle starts in half the time of the source.
  const built = mkdtempSync(join(tmpdir(), 'coinflip-service-'))
  onExitRemove(built)
  const env = {
    ...process.env,
    ...(binary && { NATS_SERVER_BIN: binary }),
    SERVICE_ENTRY: await buildService(built),
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
  }
  const { code, passed, failed, skipped } = await runTap(
    tapArguments(scriptArguments()),
    env,
    (tap) => void nextSignal().then((signal) => tap.signal(signal)),
  )
  // Everything that these tests need is installed, so none has a reason to be skipped.
  for (const test of skipped) warn(`skipped, which counts as failed: ${test}`)
  const broken = code !== 0 && failed === 0 ? 1 : 0
  // The reporter ends with an escape sequence and no newline.
  process.stdout.write(`\n${passed} passed, ${failed + skipped.length + broken} failed\n`)
  return skipped.length > 0 ? code || 1 : code
})
