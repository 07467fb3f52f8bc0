import { globSync, readFileSync } from 'node:fs'
import t from 'tap'
import { run } from '../hack/lib/process.ts'
import {
  comparable,
  conditionsTable,
  replaceParts,
  settingsTable,
  targetsTable,
} from '../hack/lib/readme.ts'
import { root } from '../hack/lib/root.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('the tables of the README are what the code says', async (t) => {
  const makefile = readFileSync(new URL('../Makefile', import.meta.url), 'utf8')
  const parts = {
    targets: targetsTable(makefile),
    settings: settingsTable(),
    conditions: conditionsTable(),
  }
  t.equal(replaceParts(readme, parts), readme, 'npm run readme makes them current')
})

t.test('the demo passes and shows what the README shows', async (t) => {
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
  const [, shown = ''] = /```\n(Three tails in a row[\s\S]*?)\n```/.exec(readme) ?? []
  t.equal(comparable(stdout), comparable(shown), 'npm run readme makes it current')
})

t.test('a part without a place is an error', async (t) => {
  t.throws(() => replaceParts('no marks', { x: 'y' }), /no place for the part x/)
})

t.test('every page of docs/ can be found from it', async (t) => {
  for (const page of globSync('docs/*.md', { cwd: root })) t.match(readme, `](${page})`, page)
})
