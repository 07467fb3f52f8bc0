import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { onExitRemove } from './exit.ts'
import type { Env } from './process.ts'

/** The user's cache folder for this project: XDG_CACHE_HOME, or the usual one of the platform. */
export function cacheFolder(env: Env, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME ?? homedir()
  const usual = join(home, platform === 'darwin' ? 'Library/Caches' : '.cache')
  return join(env.XDG_CACHE_HOME || usual, 'coinflip-operator')
}

/**
 * Puts a file or folder into a cache folder under `name`, and returns its path: `make` makes it in
 * an empty folder and answers where. By a rename, so that two at once do no harm.
 */
export async function fillCache(
  folder: string,
  name: string,
  make: (dir: string) => Promise<string>,
): Promise<string> {
  const path = join(folder, name)
  const fresh = join(folder, `.new-${randomUUID()}`)
  const forget = onExitRemove(fresh)
  try {
    await mkdir(fresh, { recursive: true })
    const made = await make(fresh)
    await mkdir(dirname(path), { recursive: true })
    // A folder that another process has made meanwhile stays.
    await rename(made, path).catch((error) => {
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error
    })
    return path
  } finally {
    await rm(fresh, { recursive: true, force: true })
    forget()
  }
}
