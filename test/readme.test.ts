import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fill } from '../hack/lib/page.ts'
import { run } from '../hack/lib/process.ts'
import { root } from '../hack/lib/root.ts'
import { comparable, demoExcerpt } from '../hack/reference/demo.ts'
import { partsOfPages } from '../hack/reference/pages.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = partsOfPages()
const readme = read('README.md')

for (const [page, parts] of Object.entries(pages))
  t.test(`the generated parts of ${page} are current`, async (t) => {
    const text = read(page)
    for (const [name, part] of Object.entries(parts))
      t.equal(fill(text, name, part), text, `${name}: npm run readme makes it current`)
  })

t.test('the reference has every setting and every condition', async (t) => {
  const { Config } = await import('../server/config.ts')
  for (const name of Object.keys(Config.properties))
    t.match(read('docs/settings.md'), `| \`${name}\` |`)
  for (const type of ['Ready', 'Notified', 'ThreeTails'])
    t.match(read('docs/api.md'), `### ${type}\n`)
})

t.test('the demo passes and prints what the README shows', async (t) => {
  const command = ['node_modules/.bin/zx', 'hack/demo.ts']
  // Not NODE_OPTIONS: what tap hooks in there breaks zx.
  const { PATH, HOME, NATS_SERVER_BIN } = process.env
  const env = { PATH, HOME, NATS_SERVER_BIN }
  const { stdout, stderr, failure } = await run(process.execPath, command, {
    env,
    cwd: root,
    limitMs: 25_000,
  })
  t.equal(failure, undefined, stderr)
  const [, shown = ''] = /<!-- demo: .*\n\n```\n([\s\S]*?)\n```/.exec(readme) ?? []
  t.equal(comparable(demoExcerpt(stdout)), comparable(shown), 'npm run readme makes it current')
})

t.test('the README and the guides show the same commands', async (t) => {
  // One of the README without the options that only a guide explains.
  const helm = /helm install coinflip oci:\S+/.exec(readme)?.[0] ?? 'none'
  t.match(read('docs/how-to/helm.md'), helm)
  const [, commands = ''] = /^release=[^\n]*\n(.*?--timeout=5m)$/ms.exec(readme) ?? []
  t.ok(commands.includes('rollout status'), 'a CoinFlip is created only when the service runs')
  t.match(read('docs/how-to/install.md'), commands)
})

t.test('the README is at most 150 lines and links every page of docs/', async (t) => {
  t.ok(readme.split('\n').length <= 150)
  for (const page of globSync('docs/*.md', { cwd: root })) t.match(readme, `](${page})`, page)
})
