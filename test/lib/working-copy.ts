import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { outputOf } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'

const git = (dir: string, ...args: string[]) => outputOf('git', '-C', dir, ...args)

/** Makes a repository in a folder of the files in this working copy, committed or not. */
export async function copyWorkingFiles(dir: string): Promise<void> {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const deleted = new Set((await git(root, 'ls-files', '-z', '--deleted')).split('\0'))
  for (const file of (await git(root, ...listed)).split('\0'))
    if (file !== '' && !deleted.has(file)) {
      await mkdir(dirname(join(dir, file)), { recursive: true })
      // A link stays relative, and does not lead back here.
      await cp(join(root, file), join(dir, file), { verbatimSymlinks: true })
    }
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  await git(dir, 'init', '--quiet', '--initial-branch=main')
  await git(dir, 'add', '--all', '--force')
  await git(dir, ...author, 'commit', '--quiet', '--message=the working copy')
}
