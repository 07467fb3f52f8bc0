import { which } from 'zx/core'
import { type Env, run } from '../../hack/lib/process.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { findGoProgram } from './go-program.ts'

const advice = 'install Helm 4 (https://helm.sh/docs/intro/install), or set HELM_BIN to it'

/** Whether a program is Helm 4. */
async function isHelm(binary: string, env: Env): Promise<boolean> {
  const { stdout } = await run(binary, ['version', '--short'], { env })
  return stdout.startsWith('v4.')
}

/** Path of Helm 4: HELM_BIN, else the one on the PATH, else undefined. */
export async function findInstalledHelm(env: Env): Promise<string | undefined> {
  const named = env.HELM_BIN
  const binary = named || (await which('helm', { nothrow: true, path: env.PATH ?? '' }))
  if (binary && (await isHelm(binary, env))) return binary
  if (named) throw new UserError(`HELM_BIN=${named} is no Helm 4`)
  return undefined
}

/** Path of Helm 4, which is compiled where it is not installed. */
export async function findHelm(env: Env): Promise<string> {
  const installed = await findInstalledHelm(env)
  if (installed) return installed
  return findGoProgram('helm.sh/helm/v4/cmd/helm@v4.3.2', env).catch(({ message }) => {
    throw new UserError(`there is no Helm 4 (${message}): ${advice}`)
  })
}
