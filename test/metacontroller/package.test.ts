import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { apiPath, buildApiPage } from '../../hack/reference/plugin-api.ts'
import { installExample } from '../lib/example.ts'
import { natsServer } from '../lib/scratch.ts'

t.test('the API reference follows from the declarations', async (t) => {
  const written = await readFile(join(root, apiPath), 'utf8')
  t.equal(written, await buildApiPage(), `if ${apiPath} is out of date, run \`npm run readme\``)
})

for (const example of ['secret-copies', 'job-messages'])
  t.test(`the tests of ${example} pass with the packed plugin`, async (t) => {
    const dir = await installExample(t, example)
    const plugin = join(dir, 'node_modules/fastify-metacontroller')
    const files = await readdir(plugin, { recursive: true })
    t.ok(['LICENSE', 'API.md', 'README.md'].every((name) => files.includes(name)))
    const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    t.same(sources, [], 'it has no sources, which Node runs in no dependency')
    const parts = (await readdir(join(plugin, 'dist'))).sort()
    t.same(parts, ['lib', 'metacontroller', 'nats'], 'and nothing about coins')
    const manifest = JSON.parse(await readFile(join(plugin, 'package.json'), 'utf8'))
    t.equal(manifest.dependencies, undefined)
    const { peerDependencies, peerDependenciesMeta } = manifest
    const isOptional = (name: string) => peerDependenciesMeta[name]?.optional === true
    const needed = Object.keys(peerDependencies).filter((name) => !isOptional(name))
    t.same(needed, ['fastify', 'typebox'])

    const ofProject = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const { 'fastify-metacontroller': _, ...ofExample } = JSON.parse(
      await readFile(join(dir, 'package.json'), 'utf8'),
    ).dependencies
    t.match(ofProject.dependencies, ofExample, 'it has the versions that are tested here')

    const env = { PATH: process.env.PATH, NATS_SERVER_BIN: natsServer() }
    const { stdout, failure } = await run(process.execPath, ['--test'], { cwd: dir, env })
    t.equal(failure, undefined, stdout)
    t.match(stdout, /pass 1\b/)
  })
