/** Builds the image, under the name IMG if that is set, and runs the tests of test/image on it. */
import { join } from 'node:path'
import { nextSignal } from '../../hack/lib/exit.ts'
import { buildImage } from '../../hack/lib/image.ts'
import { start } from '../../hack/lib/process.ts'
import { root, script } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

await script(async () => {
  if (process.platform !== 'linux')
    throw new UserError(
      'test-image needs Linux: it reads layers with GNU tar, and uses the host network',
    )
  const IMG = process.env.IMG || 'coinflip-operator:test'
  const built = await buildImage(IMG, process.env)
  if (built !== 0) return built
  const env = { ...process.env, IMG }
  const zx = join(root, 'node_modules/.bin/zx')
  // Nothing of server/ runs in these processes that coverage could be measured of.
  const args = [zx, 'hack/test.ts', '--disable-coverage', 'test/image']
  const tests = start(process.execPath, args, { env, cwd: root, output: 'inherit' })
  // They have containers to remove.
  void nextSignal().then((signal) => tests.signal(signal))
  return (await tests.ended).code
})
