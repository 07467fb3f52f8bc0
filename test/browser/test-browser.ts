/**
 * Runs test/browser: the playground in a real Chromium, `$CHROMIUM_BIN` or the one that is
 * installed. Its pictures go to the folder SCREENSHOTS, by default .run/screenshots.
 */
import { join, resolve } from 'node:path'
import { which } from 'zx'
import { nextSignal } from '../../hack/lib/exit.ts'
import { run, start } from '../../hack/lib/process.ts'
import { root, script, scriptArguments } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']
const wayOut = 'install it (Debian: apt-get install chromium) or set CHROMIUM_BIN'

async function findChromium(): Promise<string> {
  const wanted = process.env.CHROMIUM_BIN ? [process.env.CHROMIUM_BIN] : names
  for (const name of wanted) {
    const path = await which(name, { nothrow: true })
    if (!path) continue
    const { failure } = await run(path, ['--version'], { env: process.env, limitMs: 20_000 })
    if (failure) throw new UserError(`test-browser: ${path} does not run (${failure}); ${wayOut}`)
    return path
  }
  throw new UserError(`test-browser: there is no ${wanted.join(', ')}; ${wayOut}`)
}

await script(async () => {
  const CHROMIUM_BIN = await findChromium()
  const SCREENSHOTS = resolve(root, process.env.SCREENSHOTS || '.run/screenshots')
  const env = { ...process.env, CHROMIUM_BIN, SCREENSHOTS }
  const zx = join(root, 'node_modules/.bin/zx')
  const given = scriptArguments()
  const chosen = given.some((text) => !text.startsWith('-')) ? given : [...given, 'test/browser']
  // The page runs in the browser, where coverage is not measured.
  const args = [zx, 'hack/test.ts', '--disable-coverage', ...chosen]
  const tests = start(process.execPath, args, { env, cwd: root, output: 'inherit' })
  // They have browsers to close.
  void nextSignal().then((signal) => tests.signal(signal))
  return (await tests.ended).code
})
