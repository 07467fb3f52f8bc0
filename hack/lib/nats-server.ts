import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from './exit.ts'
import { goInstall, releaseArchive, type Source, wheel } from './nats-sources.ts'
import { type Env, run } from './process.ts'

/** Before it, clusters could accept two publishes with `lastSubjectSequence: 0`. */
const oldest = [2, 10, 19] as const

export interface Search {
  env: Env
  /** Where copies are kept, outside node_modules so that they outlive it. */
  cacheDir: string
  /** Where a copy may come from, in the order in which they are tried. */
  sources: readonly Source[]
  /** Hears one plain line for each way that failed, and for each download. */
  say: (line: string) => void
}

/** The user's cache folder for this project: XDG_CACHE_HOME or what the platform has. */
export function cacheFolder(env: Env, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME ?? homedir()
  const usual = join(home, platform === 'darwin' ? 'Library/Caches' : '.cache')
  return join(env.XDG_CACHE_HOME || usual, 'coinflip-operator')
}

/** Which version a binary says it is, or why it does not run. */
async function versionOf(binary: string, env: Env): Promise<{ version: string } | { why: string }> {
  const { stdout, failure } = await run(binary, ['--version'], { env, limitMs: 10_000 })
  if (failure) return { why: failure }
  const version = /^nats-server: v(\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1]
  return version ? { version } : { why: 'it is no nats-server' }
}

function isTooOld(version: string): boolean {
  const parts = version.split(/[.-]/, 3).map(Number)
  const at = oldest.findIndex((part, i) => parts[i] !== part)
  return at >= 0 && (parts[at] ?? 0) < (oldest[at] ?? 0)
}

async function fromSetting({ env, say }: Search): Promise<string | undefined> {
  const binary = env.NATS_SERVER_BIN
  if (!binary) return undefined
  const found = await versionOf(binary, env)
  if ('version' in found) return binary
  say(`NATS_SERVER_BIN=${binary} does not run (${found.why})`)
  return undefined
}

async function fromPath({ env, say }: Search): Promise<string | undefined> {
  for (const dir of (env.PATH ?? '').split(':').filter(Boolean)) {
    const binary = join(dir, 'nats-server')
    if (!existsSync(binary)) continue
    const found = await versionOf(binary, env)
    if ('why' in found) say(`${binary} does not run (${found.why})`)
    else if (!isTooOld(found.version)) return binary
    else say(`${binary} is ${found.version}; ${oldest.join('.')} or later is needed`)
  }
  return undefined
}

function cached({ cacheDir }: Search, { version }: Source): string {
  return join(cacheDir, `nats-server-${version}`, 'nats-server')
}

async function fromCache(search: Search): Promise<string | undefined> {
  for (const source of search.sources) {
    const binary = cached(search, source)
    if (!existsSync(binary)) continue
    const found = await versionOf(binary, search.env)
    if ('version' in found) return binary
    search.say(`${binary} does not run (${found.why})`)
  }
  return undefined
}

/** Brings a copy into the cache; by a rename, so that two who do it at once disturb nobody. */
async function fromSource(search: Search, source: Source): Promise<string | undefined> {
  const { cacheDir, env, say } = search
  const dir = join(cacheDir, `.new-${randomUUID()}`)
  const forget = onExitRemove(dir)
  try {
    await mkdir(dir, { recursive: true })
    say(`getting nats-server ${source.version}: ${source.name}`)
    const brought = await source.bring(dir, env)
    if ('why' in brought) {
      say(`${source.name}: ${brought.why}`)
      return undefined
    }
    await chmod(brought.binary, 0o755)
    const found = await versionOf(brought.binary, env)
    if ('why' in found) {
      say(`${source.name}: what came does not run (${found.why})`)
      return undefined
    }
    const binary = cached(search, source)
    await mkdir(join(binary, '..'), { recursive: true })
    await rename(brought.binary, binary)
    return binary
  } catch (error) {
    say(`${source.name}: ${error instanceof Error ? error.message : error}`)
    return undefined
  } finally {
    await rm(dir, { recursive: true, force: true })
    forget()
  }
}

/**
 * Path of a nats-server that runs: $NATS_SERVER_BIN, the PATH, the cache, or a copy brought from
 * the first source that has one. Undefined when there is none, after a line that says what to do.
 */
export async function findNatsServer(options: Partial<Search> = {}): Promise<string | undefined> {
  const env = options.env ?? process.env
  const search: Search = {
    env,
    cacheDir: options.cacheDir ?? cacheFolder(env),
    sources: options.sources ?? [
      releaseArchive({ base: env.NATS_RELEASES_URL }),
      wheel(),
      goInstall(),
    ],
    say: options.say ?? ((line) => process.stderr.write(`${line}\n`)),
  }
  const present =
    (await fromSetting(search)) ?? (await fromPath(search)) ?? (await fromCache(search))
  if (present) return present
  for (const source of search.sources) {
    const binary = await fromSource(search, source)
    if (binary) return binary
  }
  const need = `nats-server ${oldest.join('.')} or later`
  search.say(
    `no NATS server: install ${need} (https://nats.io/download) or set NATS_SERVER_BIN to one`,
  )
  return undefined
}
