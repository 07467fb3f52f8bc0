import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { goInstall } from '../../hack/lib/go-install.ts'
import { cacheFolder } from '../../hack/lib/nats-server.ts'
import type { Env } from '../../hack/lib/process.ts'
import { spin, warn } from '../../hack/lib/script.ts'

/**
 * Path of the program of a Go module (`PATH@VERSION`), compiled with Go where the cache has none;
 * throws an error where it cannot be compiled.
 */
export async function findGoProgram(module: string, env: Env = process.env): Promise<string> {
  const [path = '', version = ''] = module.split('@')
  const name = basename(path)
  const binary = join(cacheFolder(env), `${name}-${version}/${name}`)
  if (existsSync(binary)) return binary
  const dir = join(cacheFolder(env), `.new-${name}-${process.pid}`)
  const forget = onExitRemove(dir)
  warn(`compiling ${name} ${version}, which may take minutes`)
  try {
    const compiled = await spin(`compiling ${name}`, () => goInstall(module, dir, { env }))
    await mkdir(dirname(binary), { recursive: true })
    // By a rename, so that two compilations at once do no harm.
    await rename(compiled, binary)
    return binary
  } finally {
    await rm(dir, { recursive: true, force: true })
    forget()
  }
}
