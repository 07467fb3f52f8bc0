import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { packPlugin } from '../../hack/lib/pack-plugin.ts'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { natsServer, scratch } from '../lib/scratch.ts'

/** The strictest settings that a user can have, with the declarations of packages checked too. */
const strictest = {
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
}

/** The program of the README, with the part about messages where there is a client of NATS. */
async function readProgram(example: string): Promise<string> {
  const text = await readFile(join(root, 'server/metacontroller/README.md'), 'utf8')
  const parts = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  const hasClient = example === 'job-messages'
  return parts.filter((code) => hasClient || !code.includes('/nats')).join('\n')
}

/** Children typed by another package; `selectors` is no field of a Deployment. */
const models = `
import { defineComposite, type HooksOf } from 'fastify-metacontroller'
import type { IDeployment } from 'kubernetes-models/apps/v1'
import Type from 'typebox'

const Deployment = { apiVersion: 'apps/v1', resource: 'deployments', schema: Type.Unsafe<IDeployment>({}) }
const schema = Type.Object({ metadata: Type.Object({ name: Type.String() }) })
const status = Type.Object({ ready: Type.Integer() })
const parent = { apiVersion: 'example.com/v1', kind: 'Web', resource: 'webs', schema, status } as const
const webs = defineComposite({ name: 'webs', parent, children: { Deployment } })
export const sync: HooksOf<typeof webs>['sync'] = ({ parent: { metadata }, children }) => ({
  status: { ready: children.Deployment.get(metadata.name)?.status?.readyReplicas ?? 0 },
  // @ts-expect-error: an unknown field
  children: { Deployment: [{ metadata, spec: { selectors: {} } }] },
})
`

const env = { ...process.env, NATS_SERVER_BIN: natsServer() }

/** Has npm install an example with the packed plugin, and runs everything that it has. */
async function tryExample(
  t: Test,
  example: string,
  packages: string[] = [],
  options: object = {},
): Promise<string> {
  const dir = await scratch(t)
  await cp(join(root, 'examples', example), dir, { recursive: true })
  await packPlugin(dir)
  const compilerOptions = { ...strictest, ...options }
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  await writeFile(join(dir, 'readme.ts'), await readProgram(example))
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`)
  if (packages.length > 0) await writeFile(join(dir, 'models.ts'), models)

  for (const [what, command, args] of [
    ['installs', 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts']],
    [
      'gets a compiler',
      'npm',
      ['install', '--no-audit', '--no-fund', '--save-dev', ...tools, ...packages],
    ],
    ['compiles, and the program of the README too', process.execPath, compile(dir)],
    ['passes its tests', 'npm', ['test']],
    ['prints its manifests', 'npm', ['run', '--silent', 'manifests']],
  ] as const) {
    const { stdout, stderr, failure } = await run(command, args, {
      cwd: dir,
      env,
      limitMs: 300_000,
    })
    t.equal(failure, undefined, `${what}: ${stdout}${stderr}`)
  }
  return dir
}

const limit = { timeout: 600_000 }

t.test('an operator needs nothing but the packed plugin', limit, async (t) => {
  const dir = await tryExample(t, 'secret-copies')
  const names = await readdir(join(dir, 'node_modules'))
  t.notOk(names.includes('@nats-io'), 'and no client of NATS')
})

t.test('it works with the client of NATS and kubernetes-models besides', limit, async (t) => {
  // With it the declarations of @nats-io/nats-core 3.4.0 and kubernetes-models 5.1.0 contradict themselves.
  const options = { exactOptionalPropertyTypes: false }
  await tryExample(t, 'job-messages', ['kubernetes-models@5.1.0'], options)
})

/** The compiler as a module: tap's loader cannot load its command, whose file has no extension. */
const compile = (dir: string) => [join(dir, 'node_modules/typescript/lib/tsc.js'), '-p', dir]
