import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** Replaces a file in one step, as Kubernetes does. */
export async function file(t: Test, content: string) {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-file-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const path = join(dir, 'file')
  const put = async (text: string) => {
    await writeFile(`${path}.new`, text)
    await rename(`${path}.new`, path)
  }
  await put(content)
  return { path, put }
}
