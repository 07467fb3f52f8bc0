import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UserError } from './user-error.ts'

/**
 * Path of a program, which is named by a path or searched on the PATH; undefined if there is none.
 * Not zx's `which`: inside a tap test, zx exports it as undefined.
 */
export async function findProgram(
  name: string,
  path = process.env.PATH,
): Promise<string | undefined> {
  const folders = name.includes('/') ? ['.'] : (path ?? '').split(':').filter(Boolean)
  for (const folder of folders) {
    const file = resolve(folder, name)
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isExecutable) return file
  }
  return undefined
}

/** Throws a UserError with advice where a program is missing. */
export async function requireProgram(name: string, advice: string): Promise<void> {
  if (!(await findProgram(name))) throw new UserError(`${name} is not on the PATH: ${advice}`)
}
