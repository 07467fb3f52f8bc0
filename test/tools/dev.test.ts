import { existsSync } from 'node:fs'
import { appendFile, cp, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'
import { end, start } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { natsServer, scratch } from '../lib/scratch.ts'

/** A copy of the files that `make dev` runs, which may be changed. */
async function checkout(t: Test): Promise<string> {
  const dir = await scratch(t)
  for (const name of ['hack', 'server', 'package.json'])
    await cp(join(root, name), join(dir, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  return dir
}

t.test('make dev serves, restarts on a change, and leaves nothing behind', async (t) => {
  const dir = await checkout(t)
  const PORT = String(await freePort())
  const ADMIN_PORT = String(await freePort())
  const own = { PORT, ADMIN_PORT, PLAYGROUND_PORT: '0', TMPDIR: dir, NATS_SERVER_BIN: natsServer() }
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...own }
  const args = [join(dir, 'node_modules/.bin/zx'), 'hack/dev.ts']
  const dev = start(process.execPath, args, { env, cwd: dir })
  t.teardown(() => end(dev, 'SIGTERM'))
  dev.child.stderr?.pipe(process.stderr)
  const lines: string[] = []
  let onLine = () => {}
  if (dev.child.stdout)
    createInterface(dev.child.stdout).on('line', (line) => {
      lines.push(line)
      onLine()
    })
  const printed = (text: string, times = 1) =>
    new Promise<string>((resolve) => {
      onLine = () => {
        const found = lines.filter((line) => line.includes(text))
        if (found.length >= times) resolve(found.at(-1) ?? '')
      }
      onLine()
    })

  await printed('NATS connected')
  const address = join(dir, '.run', 'nats-url')
  t.match(await readFile(address, 'utf8'), /^nats:\/\/127\.0\.0\.1:\d+\n$/)
  const curl = await printed('curl -s')
  const [, url = '', body = ''] = /curl -s (\S+) .* -d '(.*)'$/.exec(curl) ?? []
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body })
  t.match(await answer.json(), { status: { milestones: 1, notifications: 1 } })
  await printed('notification stored')

  const [, page = ''] = /Open (http:\S+) in a browser/.exec(await printed('in a browser')) ?? []
  t.match(await (await fetch(page)).text(), /<title>CoinFlip playground</)
  const through = await fetch(`${page}/sync`, { method: 'POST', headers, body })
  t.match(await through.json(), { status: { milestones: 1, notifications: 1 } })

  await appendFile(join(dir, 'server', 'main.ts'), '\n')
  await printed('NATS connected', 2)
  t.equal(lines.filter((line) => line.includes('curl -s')).length, 1, 'it is introduced once')

  dev.signal('SIGINT')
  t.equal((await dev.ended).code, 0)
  t.notOk(existsSync(address))
  for (const gone of [url, page]) await t.rejects(fetch(gone), `nobody listens at ${gone}`)
})
