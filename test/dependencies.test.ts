import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { run } from '../hack/lib/process.ts'
import { root } from '../hack/lib/root.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'))
const development = { ...devDependencies, ...optionalDependencies }

/** The installed packages by their folders, those of other platforms too. */
interface Package {
  integrity?: string
  resolved?: string
  license?: string
  scripts?: Record<string, string>
  dev?: boolean
  optional?: boolean
  devOptional?: boolean
  hasInstallScript?: boolean
}
const { '': _root, ...packages }: Record<string, Package> = JSON.parse(
  read('package-lock.json'),
).packages
/** Those that the service runs with. */
const runtime = Object.entries(packages)
  .filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
  .map(([path]) => nameOf(path))

/** Licences that only require attribution. */
const permissive = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC']
const allowed = new Set([...permissive, 'CC0-1.0', 'MIT', 'Unlicense'])

/** Development packages with another licence, or one that is stated elsewhere. */
const exceptions: Record<string, string> = {
  'axe-core': 'MPL-2.0', // changes to its files would have to be published; there are none
  'spdx-exceptions': 'CC-BY-3.0', // a list of names
  'jsonc-simple-parser': '', // MIT by its file "license"
}

/** Packages with an install script that they do not need. */
const scripted = ['esbuild'] // its binary is a package of its own, the script only a shortcut

function nameOf(path: string): string {
  return path.replace(/^.*node_modules\//, '')
}

/** Reads the package.json of a package; those for other platforms are not installed. */
function manifestOf(path: string): Package {
  const file = join(root, path, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : (packages[path] ?? {})
}

/** Whether a licence, or one of a choice such as `(MIT OR CC0-1.0)`, is allowed. */
function isAllowed(licence: string): boolean {
  return licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((name) => allowed.has(name))
}

t.test('CONTRIBUTING.md has the purpose of every dependency', async (t) => {
  const text = read('CONTRIBUTING.md')
  for (const [kind, packages] of Object.entries({ runtime: dependencies, development })) {
    const table = text.split(`| ${kind} dependency | purpose |`)[1]?.split('\n\n', 1)[0] ?? ''
    const named = [...table.matchAll(/^\| `(.+)` \| .+ \|$/gm)].map(([, name]) => name)
    t.same(named, Object.keys(packages), kind)
  }
  t.match(text, `With their own dependencies these are ${runtime.length} packages.`)
})

t.test('every package is pinned by version and content', async (t) => {
  for (const [name, version] of Object.entries<string>({ ...dependencies, ...development }))
    t.match(version, /^\d+\.\d+\.\d+$/, `${name} has one version`)
  const loose = Object.entries(packages).filter(([, { integrity = '', resolved }]) => {
    return resolved !== undefined || !integrity.startsWith('sha512-')
  })
  t.same(loose, [], 'each has a hash and no address')
})

t.test('every package has an allowed licence', async (t) => {
  const paths = Object.keys(packages)
  t.ok(paths.length > 400, 'packages are found')
  const refused = paths
    .map((path) => [nameOf(path), manifestOf(path).license ?? ''] as const)
    .filter(([name, licence]) => !isAllowed(licence) && exceptions[name] !== licence)
  t.same(refused, [])
  const found = runtime.filter((name) => name in exceptions)
  t.same(found, [], 'no exception at run time')
})

t.test('only known packages have install scripts', async (t) => {
  const steps = ['preinstall', 'install', 'postinstall']
  const found = Object.entries(packages).filter(([path, { hasInstallScript }]) => {
    const { scripts = {} } = manifestOf(path)
    const compiles = existsSync(join(root, path, 'binding.gyp'))
    return hasInstallScript || compiles || steps.some((step) => step in scripts)
  })
  t.same(new Set(found.map(([path]) => nameOf(path))), new Set(scripted))
  t.match(read('Dockerfile'), /npm ci .*--ignore-scripts/, 'nor is that one run for the image')
})

t.test('the image is built on bases with a digest', async (t) => {
  const text = read('Dockerfile')
  const values = [...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value])
  const defaults = Object.fromEntries(values)
  const bases = [...text.matchAll(/^FROM (?:--platform=\S+ )?\$(\w+)(?: AS \w+)?$/gm)]
  t.equal(bases.length, text.match(/^FROM /gm)?.length, 'each base is an argument')
  for (const [, name = ''] of bases) t.match(defaults[name], /:[\w.-]+@sha256:[0-9a-f]{64}$/, name)
})

t.test('.npmrc prevents install scripts', async (t) => {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, npm_config_update_notifier: 'false' }
  for (const guarded of [true, false]) {
    const dir = mkdtempSync(join(tmpdir(), 'coinflip-npm-'))
    t.teardown(() => rmSync(dir, { recursive: true, force: true }))
    mkdirSync(join(dir, 'bad'))
    const bad = { name: 'bad', version: '1.0.0', scripts: { postinstall: 'touch ../../ran' } }
    writeFileSync(join(dir, 'bad/package.json'), JSON.stringify(bad))
    writeFileSync(join(dir, 'package.json'), '{"dependencies":{"bad":"file:bad"}}')
    if (guarded) writeFileSync(join(dir, '.npmrc'), read('.npmrc'))
    const args = ['install', '--offline', '--install-links', '--no-audit', '--no-fund']
    const { failure } = await run('npm', args, { env, cwd: dir, limitMs: 60_000 })
    t.equal(failure, undefined)
    t.ok(existsSync(join(dir, 'node_modules/bad/package.json')), 'it is installed')
    t.equal(
      existsSync(join(dir, 'ran')),
      !guarded,
      guarded ? 'its script is not run' : 'without .npmrc it is run',
    )
  }
})
