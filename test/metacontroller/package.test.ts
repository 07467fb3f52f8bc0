import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { packPlugin } from '../../hack/lib/pack-plugin.ts'
import { outputOf, run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { apiPath, buildApiPage } from '../../hack/reference/plugin-api.ts'
import { scratch } from '../lib/scratch.ts'

t.test('the API reference follows from the declarations', async (t) => {
  const written = await readFile(join(root, apiPath), 'utf8')
  t.equal(written, await buildApiPage(), `if ${apiPath} is out of date, run \`npm run readme\``)
})

t.test('the tests of the example pass with the packed plugin', async (t) => {
  const dir = await scratch(t)
  const plugin = join(dir, 'node_modules/fastify-metacontroller')
  await mkdir(plugin, { recursive: true })
  await cp(join(root, 'examples/secret-copies'), dir, { recursive: true })
  // As npm installs it; `make test-package` has npm do that, from the registry.
  const tarball = await packPlugin(dir)
  await outputOf('tar', '-xzf', tarball, '-C', plugin, '--strip-components=1')
  for (const name of ['fastify', 'typebox'])
    await symlink(join(root, 'node_modules', name), join(dir, 'node_modules', name))

  const files = await readdir(plugin, { recursive: true })
  t.ok(['LICENSE', 'API.md', 'README.md'].every((name) => files.includes(name)))
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  t.same(sources, [], 'it has no sources, which Node runs in no dependency')
  const manifest = JSON.parse(await readFile(join(plugin, 'package.json'), 'utf8'))
  t.equal(manifest.dependencies, undefined)
  t.same(Object.keys(manifest.peerDependencies), ['fastify', 'typebox'])

  const env = { PATH: process.env.PATH }
  const { stdout, failure } = await run(process.execPath, ['--test'], { cwd: dir, env })
  t.equal(failure, undefined, stdout)
  t.match(stdout, /pass 1\b/)
})
