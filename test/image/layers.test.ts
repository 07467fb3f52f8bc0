import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../hack/lib/root.ts'
import { type Entry, inspect, layers } from './image.ts'

t.setTimeout(120_000)

const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))
const { all, isImported } = await layers()
// Layers of the base come first, and know no /app.
const first = all.findIndex((layer) => layer.some(({ path }) => path.startsWith('/app')))
const base = all.slice(0, first).flat()
const entries = all.slice(first).flat()
const paths = entries.map(({ path }) => path)
const isFile = ({ mode }: { mode: string }) => mode.startsWith('-')

t.ok(first > 0, 'the layers of the base are found')

t.test('adds nothing but /app to the base image', async (t) => {
  const elsewhere = paths.filter((path) => !/^\/app(\/(package\.json|dist(\/.*)?))?$/.test(path))
  t.same(elsewhere, [])
})

t.test('contains the program, the licences of its packages, and no other package', async (t) => {
  const files = entries.filter(isFile).map(({ path }) => path)
  const built = ['LICENCES.txt', 'cluster.js', 'main.js'].map((name) => `/app/dist/${name}`)
  t.same(files.sort(), [...built, '/app/package.json'])
})

t.test('belongs to root, and nobody else may write to it', async (t) => {
  const owners = new Set(entries.map(({ owner }) => owner))
  t.same([...owners], ['0/0'])
  const writable = entries.filter(({ mode }) => !mode.startsWith('l') && mode[8] === 'w')
  t.same(writable, [])
})

t.test('has no shell and no package manager', async (t) => {
  const tool =
    /\/s?bin\/(sh|ash|bash|dash|busybox|npm|npx|corepack|apt|dpkg)$|\/node_modules\/npm\/package.json$/
  const toolsIn = (list: Entry[]) => list.map(({ path }) => path).filter((path) => tool.test(path))
  t.same(toolsIn(entries), [], 'among what is added')
  if (isImported) t.comment('the base is a stand-in made by docker import, so it is not judged')
  else t.same(toolsIn(base), [], 'in the base')
})

t.test('runs the service as a user that is not root', async (t) => {
  const { config, size } = await inspect()
  t.equal(config.User, '65532:65532', 'a number, as runAsNonRoot wants it')
  t.same([...config.Entrypoint, ...config.Cmd], ['/nodejs/bin/node', 'dist/main.js'])
  t.equal(config.WorkingDir, '/app')
  t.ok(config.Env.includes('NODE_ENV=production'))
  t.ok(config.Env.includes('HOST=::'))
  t.ok(config.Env.includes('NODE_OPTIONS=--disable-sigusr1'))
  t.comment(`${Math.round(size / 1e6)} MB`)
})

t.test('has labels for its contents and its source', async (t) => {
  const { Labels } = (await inspect()).config
  const { name, description, license, version } = json('package.json')
  const prefix = 'org.opencontainers.image.'
  for (const [label, value] of Object.entries({
    title: name,
    description,
    licenses: license,
    version,
    source: /^https:\/\//,
    revision: /^([0-9a-f]{40}(-modified)?|unknown)$/,
  }))
    t.match(Labels[prefix + label], value, label)
})
