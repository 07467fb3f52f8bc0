/** Builds the image, under the name IMG if that is set, and runs the tests of test/image on it. */
import { buildImage } from '../../hack/lib/image.ts'
import { runTests } from '../../hack/lib/run-tests.ts'
import { script } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

await script(async () => {
  if (process.platform !== 'linux')
    throw new UserError(
      'test-image needs Linux: it reads layers with GNU tar, and uses the host network',
    )
  const IMG = process.env.IMG || 'coinflip-operator:test'
  const built = await buildImage(IMG, process.env)
  if (built !== 0) return built
  return runTests(['test/image'], { IMG })
})
