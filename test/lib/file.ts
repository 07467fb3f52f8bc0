import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { scratch } from './scratch.ts'

/** Replaces a file in one step, as Kubernetes does. */
export async function file(t: Test, content: string) {
  const path = join(await scratch(t), 'file')
  const put = async (text: string) => {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }
  await put(content)
  return { path, put }
}
