import t from 'tap'
import { version } from '../release.ts'
import { addChange, copyRepository } from '../repository.ts'

const copy = await copyRepository(t)

t.test('a version is written into the files, which can then be released', async (t) => {
  await addChange(copy)
  const early = await copy.make('check-release', { TAG: `v${version}` })
  t.ok(early.failure)
  t.match(early.stderr, `package.json has the version `)
  t.match(early.stderr, `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`)
  const prepared = await copy.make('prepare-release', { VERSION: version })
  t.equal(prepared.failure, undefined)
  const checked = await copy.make('check-release', { TAG: `v${version}` })
  t.same([checked.failure, checked.stderr], [undefined, ''])
  t.equal(checked.stdout, `v${version} can be released\n`)
})

t.test('the owner is filled in everywhere', async (t) => {
  const placeholder = ['OW', 'NER'].join('')
  const { stdout: before } = await copy.run('git', 'grep', '-l', `${placeholder}/`)
  t.match(before, 'manifests/components/monitoring/prometheusrule.yaml')
  const filled = await copy.make('fill-owner', { OWNER: 'Alice' })
  t.equal(filled.failure, undefined)
  const { stdout: after } = await copy.run('git', 'grep', '-l', `${placeholder}/`)
  t.equal(after, '')
  const rule = await copy.read('manifests/components/monitoring/prometheusrule.yaml')
  t.match(rule, 'https://github.com/Alice/coinflip-operator/blob/main/docs/how-to/runbook.md#')
})
