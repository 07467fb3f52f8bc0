import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { packPlugin } from '../../hack/lib/pack-plugin.ts'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { scratch } from '../lib/scratch.ts'

/** The strictest settings that a user can have, with the declarations of packages checked too. */
const tsconfig = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: false,
  },
}

/** The first program of a Markdown page. */
async function programOf(page: string): Promise<string> {
  const text = await readFile(join(root, page), 'utf8')
  const [, code = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(text) ?? []
  return code
}

t.test('an operator needs nothing but the packed plugin', { timeout: 600_000 }, async (t) => {
  const dir = await scratch(t)
  await cp(join(root, 'examples/secret-copies'), dir, { recursive: true })
  await packPlugin(dir)
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(tsconfig))
  await writeFile(join(dir, 'readme.ts'), await programOf('server/metacontroller/README.md'))
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`)

  for (const [what, command, args] of [
    ['installs', 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts']],
    ['gets a compiler', 'npm', ['install', '--no-audit', '--no-fund', '--save-dev', ...tools]],
    ['compiles, and the program of the README too', process.execPath, compile(dir)],
    ['passes its tests', 'npm', ['test']],
    ['prints its manifests', 'npm', ['run', '--silent', 'manifests']],
  ] as const) {
    const { stdout, stderr, failure } = await run(command, args, { cwd: dir, limitMs: 300_000 })
    t.equal(failure, undefined, `${what}: ${stdout}${stderr}`)
  }
})

/** The compiler as a module: tap's loader cannot load its command, whose file has no extension. */
const compile = (dir: string) => [join(dir, 'node_modules/typescript/lib/tsc.js'), '-p', dir]
