/** Makes a release of a copy of this repository, and publishes it to a registry on this machine. */
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from 'zx'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { requireProgram } from '../../hack/lib/require-program.ts'
import { runTests } from '../../hack/lib/run-tests.ts'
import { script } from '../../hack/lib/script.ts'
import { findHelm } from '../lib/find-helm.ts'
import { findGoProgram } from '../lib/go-program.ts'
import { findAssets } from '../lib/plane/assets.ts'

const { env } = process

await script(async () => {
  await requireProgram('docker-registry', 'install the package docker-registry of Debian')
  const programs = {
    helm: await findHelm(env),
    oras:
      (await which('oras', { nothrow: true })) ??
      (await findGoProgram('oras.land/oras/cmd/oras@v1.3.6')),
    kubectl: (await which('kubectl', { nothrow: true })) ?? join(await findAssets(env), 'kubectl'),
  }
  const bin = mkdtempSync(join(tmpdir(), 'coinflip-bin-'))
  onExitRemove(bin)
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name))
  return runTests(['test/release/real'], { PATH: `${bin}:${env.PATH}` })
})
