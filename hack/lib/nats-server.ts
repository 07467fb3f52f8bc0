import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { which } from 'zx/core'
import { cacheFolder, fillCache } from './cache.ts'
import { goModule, goModuleByWheel, natsVersion, type Source } from './nats-sources.ts'
import { type Env, run } from './process.ts'
import { spin, warn } from './script.ts'
import { UserError } from './user-error.ts'
import { isBefore, parseVersion, type Version } from './version.ts'

/** Older clusters could accept two publishes with `lastSubjectSequence: 0`. */
export const oldestNats: Version = [2, 10, 19]

interface Search {
  env: Env
  /** Folder of the downloaded copies, outside node_modules so that they outlive it. */
  cacheDir: string
  /** Where a copy may come from, in this order. */
  sources: readonly Source[]
  /** Called with a line for each attempt that failed, and for each download. */
  say: (line: string) => void
}

/** The version that a binary prints; throws where it does not run. */
async function versionOf(binary: string, env: Env, name = binary): Promise<Version> {
  const { stdout, failure } = await run(binary, ['--version'], { env, limitMs: 10_000 })
  if (failure) throw new Error(`${name} does not run (${failure})`)
  const version = parseVersion(/^nats-server: v(\S+)/m.exec(stdout)?.[1] ?? '')
  if (!version) throw new Error(`${name} does not run (it is no nats-server)`)
  return version
}

async function fromSetting({ env }: Search): Promise<string | undefined> {
  const binary = env.NATS_SERVER_BIN
  if (binary) await versionOf(binary, env, `NATS_SERVER_BIN=${binary}`)
  return binary || undefined
}

const cachedName = `nats-server-${natsVersion}/nats-server`

async function fromCache({ cacheDir, env }: Search): Promise<string | undefined> {
  const binary = join(cacheDir, cachedName)
  if (!existsSync(binary)) return undefined
  await versionOf(binary, env)
  return binary
}

/** Downloads a copy into the cache. */
function fromSource({ cacheDir, env, say }: Search, source: Source): Promise<string> {
  say(`getting nats-server ${natsVersion}: ${source.name}`)
  const download = async (dir: string) => {
    const binary = await source.download(dir, env)
    await chmod(binary, 0o755)
    await versionOf(binary, env, 'its nats-server')
    return binary
  }
  return fillCache(cacheDir, cachedName, download).catch(({ message }) => {
    throw new Error(`${source.name}: ${message}`)
  })
}

async function fromPath({ env }: Search): Promise<string | undefined> {
  const binary = await which('nats-server', { path: env.PATH ?? '', nothrow: true })
  if (!binary) return undefined
  const version = await versionOf(binary, env)
  if (!isBefore(version, oldestNats)) return binary
  throw new Error(`${binary} is ${version.join('.')}; ${oldestNats.join('.')} or later is needed`)
}

/**
 * Path of a nats-server that runs: $NATS_SERVER_BIN, else the pinned version from the cache or a
 * download, else the one on the PATH. Throws a UserError that says what to do if there is none.
 */
export async function findNatsServer(options: Partial<Search> = {}): Promise<string> {
  const { env = process.env, say = warn } = options
  const sources = options.sources ?? [goModule, goModuleByWheel]
  const search = { env, say, sources, cacheDir: options.cacheDir ?? cacheFolder(env) }
  const attempts = [
    () => fromSetting(search),
    () => fromCache(search),
    ...sources.map((source) => () => fromSource(search, source)),
    () => fromPath(search),
  ]
  for (const attempt of attempts) {
    const binary = await spin('getting a NATS server', attempt).catch(
      ({ message }) => void say(message),
    )
    if (binary) return binary
  }
  throw new UserError(
    `no NATS server: install Go, or nats-server ${oldestNats.join('.')} or later ` +
      '(https://nats.io/download), or set NATS_SERVER_BIN to one',
  )
}
