/**
 * `zx test/docs/test-docs.ts [PAGE...]` follows the pages from an empty folder as a reader would, and
 * compares the output with what they show.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nextSignal, onExitRemove } from '../../hack/lib/exit.ts'
import { freePort } from '../../hack/lib/free-port.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import type { Env } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { say, script, scriptArguments, warn } from '../../hack/lib/script.ts'
import { cloneSource } from './clone.ts'
import { runPage } from './run-page.ts'
import { Terminals } from './terminal.ts'

const pages = ['README.md', 'docs/tutorial.md', 'docs/how-to/your-own-operator.md']

/** The environment of a reader, with free ports. */
async function readersEnv(): Promise<Env> {
  const nats = await findNatsServer()
  const given = Object.entries(process.env).filter(([name]) => !/^(npm_|MAKE|MFLAGS)/.test(name))
  const [PORT, ADMIN_PORT, PLAYGROUND_PORT] = [await freePort(), await freePort(), await freePort()]
  return {
    ...Object.fromEntries(given),
    ...(await cloneSource()),
    // Without the programs of this working copy.
    PATH: process.env.PATH?.replaceAll(`${join(root, 'node_modules/.bin')}:`, ''),
    CI: 'true',
    NATS_SERVER_BIN: nats,
    NODE_OPTIONS: undefined,
    PORT: String(PORT),
    ADMIN_PORT: String(ADMIN_PORT),
    PLAYGROUND_PORT: String(PLAYGROUND_PORT),
    HOOK_URL: `http://127.0.0.1:${PORT}/sync`,
    IMG: undefined,
    NATS_URL: undefined,
    NAMESPACE: undefined,
  }
}

await script(async () => {
  const given = scriptArguments()
  const env = await readersEnv()
  let interrupted = false
  let terminals: Terminals | undefined
  void nextSignal().then(() => {
    interrupted = true
    warn('test-docs: ending what runs')
    void terminals?.close()
  })
  const all = { passed: 0, failed: 0, skipped: 0 }
  for (const page of given.length > 0 ? given : pages) {
    const folder = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
    onExitRemove(folder)
    terminals = new Terminals(folder, env, {
      'http://127.0.0.1:8080/sync': env.HOOK_URL ?? '',
      // A reader waits for the service by looking.
      'curl -s': 'curl -s --retry 60 --retry-delay 1 --retry-connrefused',
    })
    const result = await runPage(page, terminals, () => interrupted)
    if (interrupted) return 130
    all.passed += result.passed
    all.failed += result.failed
    all.skipped += result.skipped
  }
  const skipped = all.skipped > 0 ? `, ${all.skipped} skipped` : ''
  say(`${all.passed} passed, ${all.failed} failed${skipped}`)
  return all.failed > 0 ? 1 : 0
})
