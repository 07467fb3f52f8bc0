import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { watchFiles } from '../../server/access/reload.ts'

async function folder(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-reload-'))
  t.teardown(() => rm(dir, { recursive: true }))
  return dir
}

/** A number in a file, kept reloadable. */
function watched(t: Test, path: string) {
  const heard: unknown[] = []
  const make = ([text]: string[]) => {
    if (Number.isNaN(Number(text))) throw new Error('not a number')
    return Number(text)
  }
  const reloadable = watchFiles([path], make, 10, {
    onReload: (value) => void heard.push(value),
    onError: (error) => void heard.push((error as Error).message),
  })
  t.teardown(() => reloadable.stop())
  const heardAll = (count: number) =>
    waitFor(
      async () => heard.length,
      (n) => n >= count,
    )
  return { reloadable, heard, heardAll }
}

t.test('reloads a file that changes, and reports a broken one once', async (t) => {
  const path = join(await folder(t), 'file')
  await writeFile(path, '1')
  const { reloadable, heard, heardAll } = watched(t, path)
  t.equal(reloadable.current(), 1)
  await writeFile(`${path}.new`, '2')
  await rename(`${path}.new`, path)
  await heardAll(1)
  t.equal(reloadable.current(), 2)
  await rm(path)
  await heardAll(2)
  t.equal(reloadable.current(), 2, 'a missing file keeps the previous value')
  await writeFile(`${path}.new`, 'x')
  await rename(`${path}.new`, path)
  await heardAll(3)
  t.equal(reloadable.current(), 2, 'a broken file keeps the previous value')
  await writeFile(`${path}.new`, ' \n')
  await rename(`${path}.new`, path)
  await heardAll(4)
  t.equal(reloadable.current(), 2, 'an empty file keeps the previous value')
  await writeFile(`${path}.new`, '3')
  await rename(`${path}.new`, path)
  await heardAll(5)
  t.equal(reloadable.current(), 3)
  t.match(heard, [2, /ENOENT/, 'not a number', 'the file is empty', 3], 'each is reported once')
})

t.test('follows a swapped link, as Kubernetes swaps it for mounted files', async (t) => {
  const dir = await folder(t)
  for (const version of ['1', '2']) {
    await mkdir(join(dir, version))
    await writeFile(join(dir, version, 'file'), version)
  }
  await symlink('1', join(dir, '..data'))
  await symlink(join('..data', 'file'), join(dir, 'file'))
  const { reloadable, heardAll } = watched(t, join(dir, 'file'))
  t.equal(reloadable.current(), 1)
  await symlink('2', join(dir, '..new'))
  await rename(join(dir, '..new'), join(dir, '..data'))
  await heardAll(1)
  t.equal(reloadable.current(), 2)
})

t.test('throws if files are broken at startup', async (t) => {
  const path = join(await folder(t), 'file')
  await writeFile(path, 'x')
  t.throws(() => watched(t, path), /not a number/)
  t.throws(() => watched(t, `${path}.none`), /ENOENT/)
})
