// Not from 'zx': what that exports of its core is undefined in a test of tap.
import { which } from 'zx/core'
import { UserError } from './user-error.ts'

/** Throws a UserError with advice where a program is missing on the PATH. */
export async function requireProgram(name: string, advice: string): Promise<void> {
  if (!(await which(name, { nothrow: true })))
    throw new UserError(`${name} is not on the PATH: ${advice}`)
}
