import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cacheFolder, fillCache } from '../../hack/lib/cache.ts'
import { goInstall } from '../../hack/lib/go-install.ts'
import type { Env } from '../../hack/lib/process.ts'
import { spin, warn } from '../../hack/lib/script.ts'

/**
 * Path of the program of a Go module (`PATH@VERSION`), compiled with Go where the cache has none;
 * throws an error where it cannot be compiled.
 */
export async function findGoProgram(module: string, env: Env = process.env): Promise<string> {
  const [path = '', version = ''] = module.split('@')
  const name = basename(path)
  const [folder, cached] = [cacheFolder(env), `${name}-${version}/${name}`]
  const binary = join(folder, cached)
  if (existsSync(binary)) return binary
  warn(`compiling ${name} ${version}, which may take minutes`)
  return spin(`compiling ${name}`, () =>
    fillCache(folder, cached, (dir) => goInstall(module, dir, { env })),
  )
}
