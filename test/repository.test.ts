import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Which folders or files of server/ those of one may import, beside its own and server/lib. */
const allowed: Record<string, readonly string[]> = {
  domain: ['nats/message.ts'],
  metacontroller: [],
  access: [],
  cluster: ['domain'],
  hook: ['domain', 'metacontroller', 'nats/message.ts'],
  nats: [],
  app: ['domain', 'metacontroller', 'hook', 'access'],
}

/** What runs on its own: none of these may import another. */
const laboratories = [
  'e2e',
  'chaos',
  'chart',
  'load',
  'fuzz',
  'docs',
  'browser',
  'monitoring',
  'image',
  'package',
  'release',
]

function folderOf(file: string): string {
  const [, folder = '', rest] = file.split('/')
  return rest === undefined ? 'main' : folder
}

/** The layer of a file: `server <- hack <- test/lib <- test/*`, and bench beside test. */
function layerOf(file: string): string {
  const [top = '', folder = ''] = file.split('/')
  if (top !== 'test') return top
  if (folder === 'lib') return 'test/lib'
  return laboratories.includes(folder) ? `test/${folder}` : 'test'
}

/** Which layers the files of one may import, its own aside. */
function below(layer: string): readonly string[] {
  if (layer === 'server') return []
  if (layer === 'hack') return ['server']
  if (layer === 'test/lib') return ['server', 'hack']
  return ['server', 'hack', 'test/lib']
}

/** Files of the project that a file imports, by their paths from the root. */
function importsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)
  return [...found].map(([, path = '']) => normalize(join(dirname(file), path)))
}

const serverFiles = globSync('server/**/*.ts', { cwd: root })

t.ok(serverFiles.length > 20, 'the files of the service are found')
const wrongInServer = serverFiles.flatMap((file) => {
  const from = folderOf(file)
  if (from === 'main') return []
  const names = [from, 'lib', ...(allowed[from] ?? [])]
  const isAllowed = (target: string) =>
    names.includes(folderOf(target)) || names.includes(target.replace('server/', ''))
  const wrong = importsOf(file).filter((target) => !isAllowed(target))
  return wrong.map((target) => `${file} imports ${target}`)
})
t.same(wrongInServer, [], 'folders of server/ import only those that they may')

const files = globSync('{server,hack,test,bench}/**/*.{ts,js}', { cwd: root })
t.ok(files.length > serverFiles.length * 2, 'the files of all layers are found')
const wrong = files.flatMap((file) => {
  const layer = layerOf(file)
  const layers = [layer, ...below(layer)]
  const isWrong = (target: string) =>
    !layers.includes(layerOf(target)) || target === 'server/main.ts'
  return importsOf(file)
    .filter(isWrong)
    .map((target) => `${file} imports ${target}`)
})
t.same(wrong, [], 'layers import only those below, and nothing imports main')

for (const file of serverFiles)
  t.ok(read(file).trimEnd().split('\n').length <= 200, `${file} is about one concern`)

const documents = globSync('{*.md,docs/**/*.md,server/**/*.md}', { cwd: root })
const { scripts } = JSON.parse(read('package.json'))
const targets = [...read('Makefile').matchAll(/^([a-z0-9-]+(?: [a-z0-9-]+)*):/gm)].flatMap(
  ([, names = '']) => names.split(' '),
)
const settings = Object.keys((await import('../server/config.ts')).Config.properties)

/** Of hack/, not of the service. */
const elsewhere = new Set(['NATS_SERVER_BIN'])

for (const file of documents)
  t.test(`${file} names only what exists`, async (t) => {
    const text = read(file)
    const code = [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([found]) => found).join('\n')
    for (const [, name = ''] of code.matchAll(/npm run (?:--silent )?([a-z-]+)/g))
      t.ok(name in scripts, `npm run ${name}`)
    for (const [, name = ''] of code.matchAll(/\bmake ([a-z0-9-]+)/g))
      t.ok(targets.includes(name), `make ${name}`)
    for (const [, path = ''] of code.matchAll(
      /`((?:server|hack|test|bench|manifests|examples|docs)\/[^`\s]*)`/g,
    ))
      t.ok(globSync(path, { cwd: root }).length > 0, `the file ${path}`)
    for (const [, path = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      t.ok(globSync(join(dirname(file), path), { cwd: root }).length > 0, `the link to ${path}`)
    for (const [, name = ''] of code.matchAll(/`((?:NATS|TLS|MAX|PUBLISH)_[A-Z_]+)(?:=[^`]*)?`/g))
      t.ok(settings.includes(name) || elsewhere.has(name), `the setting ${name}`)
  })

t.test('ARCHITECTURE.md has a line for every folder', async (t) => {
  const [, tree = ''] = /## Folders\n+```\n([\s\S]*?)```/.exec(read('ARCHITECTURE.md')) ?? []
  const named = new Set<string>()
  let top = ''
  for (const line of tree.split('\n')) {
    const [, indent = '', words = ''] = /^( *)((?:[\w-]+\/ ?)+)/.exec(line) ?? []
    if (indent === '') top = words.trim() || top
    const folders = words.trim().split(' ')
    for (const folder of folders) named.add(indent === '' ? folder : `${top}${folder}`)
  }
  const paths = globSync('{server,manifests,charts,examples,hack,test,bench,docs}/**/*.*', {
    cwd: root,
  })
  const folders = paths.flatMap((path) => {
    const [first = '', second = '', third] = path.split('/')
    return third === undefined ? [`${first}/`] : [`${first}/`, `${first}/${second}/`]
  })
  t.same([...named].filter(Boolean).sort(), [...new Set(folders)].sort())
})
