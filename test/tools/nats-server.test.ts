import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { cacheFolder, findNatsServer } from '../../hack/lib/nats-server.ts'
import type { Source } from '../../hack/lib/nats-sources.ts'
import { program, scratch } from '../lib/scratch.ts'

const sayVersion = (version: string) => `echo "nats-server: v${version}"`

/** A source that brings what a program says it is, or nothing. */
function source(name: string, version: string, body: string | undefined): Source {
  return {
    name,
    version,
    bring: async (dir) =>
      body === undefined
        ? { why: 'out of reach' }
        : { binary: await program(dir, 'nats-server', body) },
  }
}

interface Place {
  setting?: string
  path?: string
  cache?: string
  sources?: Record<string, string | undefined>
}

/** Looks for a server on a machine that has only what is told; answers in what place it was. */
async function find(t: Test, { setting, path, cache, sources = {} }: Place) {
  const dir = await scratch(t)
  const cacheDir = join(dir, 'cache')
  const bin = join(dir, 'bin')
  await mkdir(bin)
  await mkdir(join(cacheDir, 'nats-server-1.1.1'), { recursive: true })
  const env: Record<string, string> = { PATH: bin }
  if (setting !== undefined) env.NATS_SERVER_BIN = await program(dir, 'own', setting)
  if (path !== undefined) await program(bin, 'nats-server', path)
  if (cache !== undefined) await program(join(cacheDir, 'nats-server-1.1.1'), 'nats-server', cache)
  const said: string[] = []
  const found = await findNatsServer({
    env,
    cacheDir,
    sources: Object.entries(sources).map(([version, body]) => source('a source', version, body)),
    say: (line) => said.push(line.replaceAll(`${dir}/`, '')),
  })
  const left = (await readdir(cacheDir)).filter((name) => name.startsWith('.new-'))
  t.same(left, [], 'no half of a copy stays in the cache')
  return { found: found?.replace(`${dir}/`, ''), said }
}

const good = sayVersion('2.15.1')
const inCache = 'cache/nats-server-1.1.1/nats-server'

t.test('the first that runs is taken, and each that does not is told of in a line', async (t) => {
  const brought = { '1.1.1': good }
  const rows: [string, Place, string | undefined, string[]][] = [
    ['the setting before all', { setting: good, path: good, cache: good }, 'own', []],
    ['the setting, however old', { setting: sayVersion('2.9.10'), path: good }, 'own', []],
    [
      'a setting that does not run',
      { setting: 'exit 3', path: good },
      'bin/nats-server',
      ['NATS_SERVER_BIN=own does not run (exit code 3)'],
    ],
    [
      'a setting that is something else',
      { setting: 'echo 1.2.3', path: good },
      'bin/nats-server',
      ['NATS_SERVER_BIN=own does not run (it is no nats-server)'],
    ],
    [
      'the PATH before the cache',
      { path: sayVersion('2.10.19'), cache: good },
      'bin/nats-server',
      [],
    ],
    ['a release candidate on the PATH', { path: sayVersion('2.11.0-RC.1') }, 'bin/nats-server', []],
    [
      'too old on the PATH',
      { path: sayVersion('2.10.18'), cache: good, sources: brought },
      inCache,
      ['bin/nats-server is 2.10.18; 2.10.19 or later is needed'],
    ],
    [
      'much too old on the PATH',
      { path: sayVersion('2.9.25'), cache: good, sources: brought },
      inCache,
      ['bin/nats-server is 2.9.25; 2.10.19 or later is needed'],
    ],
    ['the cache before the sources', { cache: good, sources: brought }, inCache, []],
    [
      'a spoilt copy in the cache',
      { cache: 'echo broken >&2; exit 1', sources: brought },
      inCache,
      [`${inCache} does not run (broken)`, 'getting nats-server 1.1.1: a source'],
    ],
    [
      'one source after the other',
      { sources: { '1.1.3': undefined, '1.1.2': 'exit 1', '1.1.1': good } },
      inCache,
      [
        'getting nats-server 1.1.3: a source',
        'a source: out of reach',
        'getting nats-server 1.1.2: a source',
        'a source: what came does not run (exit code 1)',
        'getting nats-server 1.1.1: a source',
      ],
    ],
    [
      'none at all',
      {},
      undefined,
      [
        'no NATS server: install nats-server 2.10.19 or later (https://nats.io/download) ' +
          'or set NATS_SERVER_BIN to one',
      ],
    ],
  ]
  for (const [name, place, expected, lines] of rows) {
    const { found, said } = await find(t, place)
    t.equal(found, expected, name)
    t.same(said, lines, `${name}: what is said`)
  }
})

t.test('two that bring a server at once get one that runs', async (t) => {
  const cacheDir = await scratch(t)
  const sources = [source('a source', '1.1.1', good)]
  const search = { env: { PATH: '' }, cacheDir, sources, say: () => {} }
  const found = await Promise.all([findNatsServer(search), findNatsServer(search)])
  const expected = join(cacheDir, 'nats-server-1.1.1', 'nats-server')
  t.same(found, [expected, expected])
  t.same(await readdir(cacheDir), ['nats-server-1.1.1'])
})

t.test('the cache folder is the platform’s usual one', async (t) => {
  for (const [platform, env, folder] of [
    ['linux', { HOME: '/home/a' }, '/home/a/.cache/coinflip-operator'],
    ['darwin', { HOME: '/Users/a' }, '/Users/a/Library/Caches/coinflip-operator'],
    ['linux', { HOME: '/home/a', XDG_CACHE_HOME: '/c' }, '/c/coinflip-operator'],
    ['linux', { HOME: '/home/a', XDG_CACHE_HOME: '' }, '/home/a/.cache/coinflip-operator'],
  ] as const)
    t.equal(cacheFolder(env, platform), folder, `${platform} ${JSON.stringify(env)}`)
})
