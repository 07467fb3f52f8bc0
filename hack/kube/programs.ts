import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UserError } from '../lib/user-error.ts'

/** Where a program is, named by its path or looked for on the PATH; undefined for none. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = name.includes('/') ? ['.'] : (process.env.PATH ?? '').split(':').filter(Boolean)
  for (const folder of folders) {
    const path = resolve(folder, name)
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return path
  }
  return undefined
}

/** Stops where a program is missing, with what to do about it. */
export async function needProgram(name: string, advice: string): Promise<void> {
  if (!(await findProgram(name))) throw new UserError(`${name} is not on the PATH: ${advice}`)
}
