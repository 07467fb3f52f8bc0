import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Env, type Result, run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { scratch } from '../lib/scratch.ts'
import { copyWorkingFiles } from '../lib/working-copy.ts'

const limitMs = 300_000

/** A copy of this repository, in which a release can be made. */
export interface Copy {
  folder: string
  read(file: string): Promise<string>
  /** Rewrites a file. */
  change(file: string, by: (text: string) => string): Promise<void>
  /** Runs the script of a target of make, not make, which would install packages again. */
  make(target: string, env?: Env): Promise<Result>
  /** Runs a command in the folder. */
  run(command: string, ...args: string[]): Promise<Result>
}

/** Copies the files of this working copy, with the packages that are installed here. */
export async function copyRepository(t: Test, env: Env): Promise<Copy> {
  const folder = join(await scratch(t), 'coinflip-operator')
  await mkdir(folder)
  await copyWorkingFiles(folder)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const bin = join(root, 'node_modules/.bin')
  const all = { ...process.env, ...env, PATH: `${bin}:${env.PATH ?? process.env.PATH}` }
  const read = (file: string) => readFile(join(folder, file), 'utf8')
  return {
    folder,
    read,
    change: async (file, by) => writeFile(join(folder, file), by(await read(file))),
    make: (target, env = {}) =>
      run('zx', [`hack/${target}.ts`], { env: { ...all, ...env }, cwd: folder, limitMs }),
    run: (command, ...args) => run(command, args, { env: all, cwd: folder, limitMs }),
  }
}
