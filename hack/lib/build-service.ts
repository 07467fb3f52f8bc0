import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './process.ts'
import { UserError } from './user-error.ts'

/** Builds the production bundle into an existing folder; returns the path of its main.js. */
export async function buildService(dir: string): Promise<string> {
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  const { failure } = await run(process.execPath, ['hack/build.ts', dir])
  if (failure) throw new UserError(`the service cannot be built: ${failure}`)
  return join(dir, 'main.js')
}
