import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import type { Env } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { copyWorkingFiles } from '../lib/working-copy.ts'

/**
 * Makes a repository of the files in this working copy, committed or not; the variables that it
 * resolves to make git use it for the address that the pages clone from.
 */
export async function cloneSource(): Promise<Env> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-source-'))
  onExitRemove(dir)
  await copyWorkingFiles(dir)
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${dir}.insteadOf`,
    GIT_CONFIG_VALUE_0: repository.url,
  }
}
