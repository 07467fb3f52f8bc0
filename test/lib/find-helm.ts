import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { which } from 'zx/core'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { goInstall } from '../../hack/lib/go-install.ts'
import { cacheFolder } from '../../hack/lib/nats-server.ts'
import { type Env, run } from '../../hack/lib/process.ts'
import { spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'

/** The version that is compiled where there is no Helm. */
const version = '4.3.2'
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

/** Compiles Helm into the cache folder, once. */
async function compileHelm(env: Env): Promise<string> {
  const binary = join(cacheFolder(env), `helm-${version}/helm`)
  if (existsSync(binary)) return binary
  const dir = join(cacheFolder(env), `.new-helm-${process.pid}`)
  const forget = onExitRemove(dir)
  warn(`compiling Helm ${version}, which may take minutes`)
  try {
    const compiled = await spin('compiling Helm', () =>
      goInstall(`helm.sh/helm/v4/cmd/helm@v${version}`, dir, { env }),
    )
    await mkdir(dirname(binary), { recursive: true })
    await rename(compiled, binary)
    return binary
  } catch (error) {
    throw new UserError(`there is no Helm 4 (${(error as Error).message}): ${advice}`)
  } finally {
    await rm(dir, { recursive: true, force: true })
    forget()
  }
}

/** Path of Helm 4, which is compiled where it is not installed. */
export async function findHelm(env: Env): Promise<string> {
  return (await findInstalledHelm(env)) ?? (await compileHelm(env))
}
