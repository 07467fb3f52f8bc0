import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runFolder } from '../kube/objects.ts'
import { onExitRemove } from '../lib/exit.ts'
import { isAlive } from '../lib/is-alive.ts'
import { UserError } from '../lib/user-error.ts'

/** Allows one `run` at a time, until this process ends: they share the data in `.run`. */
export async function lockRun(): Promise<void> {
  const file = join(runFolder, 'run.pid')
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (isAlive(pid))
    throw new UserError(`run: \`make run\` already runs here (process ${pid}, by .run/run.pid)`)
  await mkdir(runFolder, { recursive: true })
  await writeFile(file, `${process.pid}\n`)
  onExitRemove(file)
}
