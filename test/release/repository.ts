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
export async function copyRepository(t: Test, env: Env = process.env): Promise<Copy> {
  const folder = join(await scratch(t), 'coinflip-operator')
  await mkdir(folder)
  await copyWorkingFiles(folder)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const bin = join(root, 'node_modules/.bin')
  const all = { ...env, PATH: `${bin}:${env.PATH}` }
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

/** Adds a change to what CHANGELOG.md has unreleased, which is nothing right after a release. */
export async function addChange(copy: Copy): Promise<void> {
  const heading = '## [Unreleased]\n'
  const change = '\n### Fixed\n\n- A [link](SECURITY.md#bounds).\n'
  await copy.change('CHANGELOG.md', (text) => text.replace(heading, `${heading}${change}`))
}

/** The output of a command; throws an error if it failed. */
export function succeed(command: string, { stdout, stderr, failure }: Result): string {
  if (failure !== undefined) throw new Error(`${command}: ${failure}\n${stderr}`)
  return stdout
}
