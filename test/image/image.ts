import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { outputOf } from '../../hack/lib/process.ts'

if (!process.env.IMG)
  throw new Error('IMG is not set; `make test-image` builds an image and sets it')
/** The image under test. */
export const image = process.env.IMG

interface ImageConfig {
  User: string
  WorkingDir: string
  Env: string[]
  Entrypoint: string[]
  Cmd: string[]
  Labels: Record<string, string>
}

/** What the image says about how it is run, and its size in bytes. */
export async function inspect(): Promise<{ config: ImageConfig; size: number }> {
  const [found] = JSON.parse(await outputOf('docker', 'image', 'inspect', image))
  return { config: found.Config, size: found.Size }
}

/** A file, folder or link in a layer; `/app` and not `app/`. */
export interface Entry {
  path: string
  mode: string
  owner: string
}

/** `-rw-r--r-- 0/0  1391 2026-11-22 13:59 app/package.json`, as tar lists with numeric owners. */
function readEntry(line: string): Entry {
  const [, mode = '', owner = '', name = ''] = /^(\S+) +(\S+) +\S+ +\S+ +\S+ (.*)$/.exec(line) ?? []
  const path = name.replace(/ (->|link to) .*$/, '').replace(/^\.?\/?/, '/')
  return { path: path.length > 1 ? path.replace(/\/$/, '') : path, mode, owner }
}

/** The image layer by layer, from the lowest, and whether its base came from `docker import`. */
export async function layers(): Promise<{ all: Entry[][]; isImported: boolean }> {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-image-'))
  onExitRemove(dir)
  const archive = join(dir, 'image.tar')
  await outputOf('docker', 'save', '--output', archive, image)
  await outputOf('tar', '-xf', archive, '-C', dir)
  const read = async (file: string) => JSON.parse(await readFile(join(dir, file), 'utf8'))
  const [{ Config, Layers }] = await read('manifest.json')
  const all: Entry[][] = []
  for (const file of Layers) {
    const list = await outputOf('tar', '--numeric-owner', '-tvf', join(dir, file))
    all.push(list.split('\n').filter(Boolean).map(readEntry))
  }
  const [first] = (await read(Config)).history
  return { all, isImported: /^Imported from/.test(first?.comment) }
}
