import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { cacheFolder } from '../../hack/lib/cache.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { natsVersion, type Source } from '../../hack/lib/nats-sources.ts'
import { program, scratch } from '../lib/scratch.ts'

const sayVersion = (version: string) => `echo "nats-server: v${version}"`

/** A source that delivers a program, or fails. */
function source(name: string, body: string | undefined): Source {
  return {
    name,
    download: async (dir) => {
      if (body === undefined) throw new Error('out of reach')
      return program(dir, 'nats-server', body)
    },
  }
}

const copy = `nats-server-${natsVersion}`

interface Place {
  setting?: string
  path?: string
  cache?: string
  sources?: (string | undefined)[]
}

/** Looks for a server on a machine that has only these; returns the place in which it was found. */
async function find(t: Test, { setting, path, cache, sources = [] }: Place) {
  const dir = await scratch(t)
  const cacheDir = join(dir, 'cache')
  const bin = join(dir, 'bin')
  await mkdir(bin)
  await mkdir(join(cacheDir, copy), { recursive: true })
  const env: Record<string, string> = { PATH: bin }
  if (setting !== undefined) env.NATS_SERVER_BIN = await program(dir, 'own', setting)
  if (path !== undefined) await program(bin, 'nats-server', path)
  if (cache !== undefined) await program(join(cacheDir, copy), 'nats-server', cache)
  const said: string[] = []
  const say = (line: string) => said.push(line.replaceAll(`${dir}/`, ''))
  const found = await findNatsServer({
    env,
    cacheDir,
    sources: sources.map((body, i) => source(`source ${i + 1}`, body)),
    say,
  }).catch(({ message }) => void say(message))
  const left = (await readdir(cacheDir)).filter((name) => name.startsWith('.new-'))
  t.same(left, [], 'no part of a copy stays in the cache')
  return { found: found?.replace(`${dir}/`, ''), said }
}

const good = sayVersion(natsVersion)
const inCache = `cache/${copy}/nats-server`
const none =
  'no NATS server: install Go, or nats-server 2.10.19 or later (https://nats.io/download), ' +
  'or set NATS_SERVER_BIN to one'
const getting = (source: string) => `getting nats-server ${natsVersion}: ${source}`

t.test('takes the first server that runs, and prints a line for each that does not', async (t) => {
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
      'a setting that is another program',
      { setting: 'echo 1.2.3', path: good },
      'bin/nats-server',
      ['NATS_SERVER_BIN=own does not run (it is no nats-server)'],
    ],
    ['the cache before the sources', { path: good, cache: good, sources: [good] }, inCache, []],
    [
      'a source before the PATH, which may have any version',
      { path: good, sources: [good] },
      inCache,
      [getting('source 1')],
    ],
    [
      'the PATH where no source can be reached',
      { path: sayVersion('2.10.19'), sources: [undefined] },
      'bin/nats-server',
      [getting('source 1'), 'source 1: out of reach'],
    ],
    ['a release candidate on the PATH', { path: sayVersion('2.11.0-RC.1') }, 'bin/nats-server', []],
    ...['2.10.18', '2.9.25'].map((version): [string, Place, undefined, string[]] => [
      `${version} on the PATH`,
      { path: sayVersion(version) },
      undefined,
      [`bin/nats-server is ${version}; 2.10.19 or later is needed`, none],
    ]),
    [
      'a broken copy in the cache',
      { cache: 'echo broken >&2; exit 1', sources: [good] },
      inCache,
      [`${inCache} does not run (broken)`, getting('source 1')],
    ],
    [
      'one source after the other',
      { sources: [undefined, 'exit 1', good] },
      inCache,
      [
        getting('source 1'),
        'source 1: out of reach',
        getting('source 2'),
        'source 2: its nats-server does not run (exit code 1)',
        getting('source 3'),
      ],
    ],
    ['none at all', {}, undefined, [none]],
  ]
  for (const [name, place, expected, lines] of rows) {
    const { found, said } = await find(t, place)
    t.equal(found, expected, name)
    t.same(said, lines, `${name}: the lines`)
  }
})

t.test('two downloads at once leave one server that runs', async (t) => {
  const cacheDir = await scratch(t)
  const sources = [source('a source', good)]
  const search = { env: { PATH: '' }, cacheDir, sources, say: () => {} }
  const found = await Promise.all([findNatsServer(search), findNatsServer(search)])
  const expected = join(cacheDir, copy, 'nats-server')
  t.same(found, [expected, expected])
  t.same(await readdir(cacheDir), [copy])
})

t.test('caches in the usual folder of the platform', async (t) => {
  for (const [platform, env, folder] of [
    ['linux', { HOME: '/home/a' }, '/home/a/.cache/coinflip-operator'],
    ['darwin', { HOME: '/Users/a' }, '/Users/a/Library/Caches/coinflip-operator'],
    ['linux', { HOME: '/home/a', XDG_CACHE_HOME: '/c' }, '/c/coinflip-operator'],
    ['linux', { HOME: '/home/a', XDG_CACHE_HOME: '' }, '/home/a/.cache/coinflip-operator'],
  ] as const)
    t.equal(cacheFolder(env, platform), folder, `${platform} ${JSON.stringify(env)}`)
})
