import { mkdtempSync } from 'node:fs'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { packPlugin } from '../../hack/lib/pack-plugin.ts'
import { outputOf } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { scratch } from './scratch.ts'

let packed: Promise<string> | undefined

/** The tarball of the plugin, which takes a second to make, once in a process. */
function packOnce(): Promise<string> {
  if (packed) return packed
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-plugin-'))
  onExitRemove(dir)
  packed = packPlugin(dir)
  return packed
}

/**
 * Copies a folder of examples/ into an empty folder and installs the packed plugin there as npm does;
 * the other packages are links. `make test-package` has npm install all of them. Returns the folder.
 */
export async function installExample(t: Test, example: string): Promise<string> {
  const dir = await scratch(t)
  const plugin = join(dir, 'node_modules/fastify-metacontroller')
  await mkdir(plugin, { recursive: true })
  await cp(join(root, 'examples', example), dir, { recursive: true })
  await outputOf('tar', '-xzf', await packOnce(), '-C', plugin, '--strip-components=1')
  for (const name of ['fastify', 'typebox', '@nats-io'])
    await symlink(join(root, 'node_modules', name), join(dir, 'node_modules', name))
  return dir
}
