import { globSync, mkdtempSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildService } from './lib/build-service.ts'
import { nextSignal, onExitRemove } from './lib/exit.ts'
import { findNatsServer } from './lib/nats-server.ts'
import { type Env, start } from './lib/process.ts'
import { root, script, scriptArguments, spin, warn } from './lib/script.ts'
import { readTap, shortener } from './lib/tap-output.ts'

/** Folders that need more than Node and NATS; a command of its own runs each. */
const apart = [
  'test/browser/',
  'test/chaos/nats-cluster.test.ts',
  'test/e2e/',
  'test/image/',
  'test/monitoring/real/',
]

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Options for tap as they are, folders as the tests below them, and all tests without either. */
function tapArguments(given: readonly string[]): string[] {
  const options = given.filter((text) => text.startsWith('-'))
  const paths = given.filter((text) => !text.startsWith('-'))
  const found = (folder: string) => globSync(join(folder, '**/*.test.ts')).sort()
  const all = () => found('test').filter((file) => !apart.some((folder) => file.startsWith(folder)))
  const chosen = () => paths.flatMap((path) => (isFolder(path) ? found(path) : [path]))
  const files = paths.length > 0 ? chosen() : all()
  return [...options, ...files]
}

/** Runs tap in its own way on a terminal, shortened elsewhere; answers its code and raw output. */
async function runTap(args: readonly string[], env: Env): Promise<{ code: number; text: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-tap-'))
  onExitRemove(dir)
  const file = join(dir, 'output.tap')
  const bin = join(root, 'node_modules/.bin/tap')
  const { isTTY } = process.stdout
  // With the reporter `tap`, --output-file would have every line twice on standard output.
  const how = isTTY ? [`--output-file=${file}`] : ['--reporter=tap']
  const output = isTTY ? 'inherit' : 'pipe'
  const tap = start(process.execPath, [bin, ...how, ...args], { env, cwd: root, output })
  // To the tests as well, which have processes of their own to end.
  void nextSignal().then((signal) => tap.signal(signal))
  const lines: string[] = []
  const show = shortener((line) => process.stdout.write(`${line}\n`))
  if (tap.child.stdout)
    createInterface(tap.child.stdout).on('line', (line) => {
      lines.push(line)
      show(line)
    })
  tap.child.stderr?.pipe(process.stderr)
  const { code } = await tap.ended
  return { code, text: isTTY ? await readFile(file, 'utf8').catch(() => '') : lines.join('\n') }
}

await script(async () => {
  const binary = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  // It starts in half the time of its source.
  const built = mkdtempSync(join(tmpdir(), 'coinflip-service-'))
  onExitRemove(built)
  const env = {
    ...process.env,
    ...(binary && { NATS_SERVER_BIN: binary }),
    SERVICE_ENTRY: await buildService(built),
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
  }
  const { code, text } = await runTap(tapArguments(scriptArguments()), env)
  const { passed, failed, skipped } = readTap(text)
  // Nothing that the tests want is beyond what this command brings.
  for (const test of skipped) warn(`skipped, which counts as failed: ${test}`)
  const broken = code !== 0 && failed === 0 ? 1 : 0
  process.stdout.write(`${passed} passed, ${failed + skipped.length + broken} failed\n`)
  return skipped.length > 0 ? code || 1 : code
})
