import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runFolder } from '../kube/objects.ts'
import { onExitRemove } from '../lib/exit.ts'
import { UserError } from '../lib/user-error.ts'
import { isAlive } from './alive.ts'

/** Lets one `run` at a time use the data in `.run`, until this process ends. */
export async function lockRun(): Promise<void> {
  const file = join(runFolder, 'run.pid')
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (isAlive(pid))
    throw new UserError(`run: \`make run\` runs here already (process ${pid}, by .run/run.pid)`)
  await mkdir(runFolder, { recursive: true })
  await writeFile(file, `${process.pid}\n`)
  onExitRemove(file)
}
