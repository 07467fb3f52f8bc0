import { mkdtempSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { type Env, outputOf } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'

/** The address that the pages clone from. */
const address = 'https://github.com/OWNER/coinflip-operator'

const git = (dir: string, ...args: string[]) => outputOf('git', '-C', dir, ...args)

/**
 * Makes a repository of the files in this working copy, committed or not; the variables that it
 * resolves to make git use it for the address of the pages.
 */
export async function cloneSource(): Promise<Env> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-source-'))
  onExitRemove(dir)
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const deleted = new Set((await git(root, 'ls-files', '-z', '--deleted')).split('\0'))
  for (const file of (await git(root, ...listed)).split('\0'))
    if (file !== '' && !deleted.has(file)) {
      await mkdir(dirname(join(dir, file)), { recursive: true })
      await cp(join(root, file), join(dir, file))
    }
  const author = ['-c', 'user.name=test-docs', '-c', 'user.email=test-docs@localhost']
  await git(dir, 'init', '--quiet', '--initial-branch=main')
  await git(dir, 'add', '--all', '--force')
  await git(dir, ...author, 'commit', '--quiet', '--message=the working copy')
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${dir}.insteadOf`,
    GIT_CONFIG_VALUE_0: address,
  }
}
