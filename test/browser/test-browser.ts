/**
 * Runs test/browser: the playground in a real Chromium, `$CHROMIUM_BIN` or the one that is
 * installed. Screenshots go to the folder SCREENSHOTS, by default .run/screenshots.
 */
import { resolve } from 'node:path'
import { which } from 'zx/core'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { runTests } from '../../hack/lib/run-tests.ts'
import { script, scriptArguments } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']
const advice = 'install it (Debian: apt-get install chromium) or set CHROMIUM_BIN'

async function findChromium(): Promise<string> {
  const wanted = process.env.CHROMIUM_BIN ? [process.env.CHROMIUM_BIN] : names
  for (const name of wanted) {
    const path = await which(name, { nothrow: true })
    if (!path) continue
    const { failure } = await run(path, ['--version'])
    if (failure) throw new UserError(`test-browser: ${path} does not run (${failure}); ${advice}`)
    return path
  }
  throw new UserError(`test-browser: there is no ${wanted.join(', ')}; ${advice}`)
}

await script(async () => {
  const CHROMIUM_BIN = await findChromium()
  const SCREENSHOTS = resolve(root, process.env.SCREENSHOTS || '.run/screenshots')
  const given = scriptArguments()
  const chosen = given.some((text) => !text.startsWith('-')) ? given : [...given, 'test/browser']
  return runTests(chosen, { CHROMIUM_BIN, SCREENSHOTS })
})
