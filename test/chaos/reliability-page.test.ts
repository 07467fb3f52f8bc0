import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fill, fillPage } from '../../hack/lib/page.ts'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { type Mutant, mutants } from './mutants.ts'
import { mutantsSection, runSection } from './reliability-page.ts'
import type { Report } from './report.ts'
import { judgeMutant } from './run-mutants.ts'

const reliabilityPage = 'docs/reliability.md'
const kept = { expected: 10, stored: 10, lost: [], duplicated: [], disordered: [], unexpected: [] }
const reportOf = (found: Partial<Report> = {}): Report => ({
  seed: 62,
  description: 'a simulated cluster',
  tookMs: 400_000,
  faults: [
    { kind: 'replica killed', alone: false, recoveredMs: 2_000 },
    { kind: 'replica killed', alone: false, recoveredMs: undefined },
    { kind: 'replica killed', alone: true, recoveredMs: 1_000 },
  ],
  calls: { calls: 321, failures: 12 },
  ledger: {
    accepted: new Map(),
    triedInDeletion: 0,
    takenInDeletion: 0,
    latestMs: 0,
    refusals: [],
  },
  verdict: kept,
  unhealthy: [],
  settledMs: 3_000,
  errors: [],
  ...found,
})
const lossy = reportOf({ verdict: { ...kept, stored: 9, lost: ['a.3'] } })

t.test('writes a run as Markdown', async (t) => {
  const part = runSection(reportOf(), 'make chaos SEED=62')
  t.match(part, 'No problem found: `make chaos SEED=62`, a simulated cluster; 400.0 s in all')
  t.match(part, '| messages stored | 10 |')
  t.match(part, '| replica killed | 2 | 2.0 s | too long | 1.0 s |')
  t.match(runSection(lossy, ''), '**1 problems found**')
})

t.test('compares what a mutant run found with what it had to find', async (t) => {
  const pick = (is: boolean) => mutants.find((mutant) => mutant.harmful === is) as Mutant
  const [harmful, harmless] = [pick(true), pick(false)]
  const withError = reportOf({ errors: ['an error'] })
  for (const [name, mutant, report, right] of [
    ['a harmful one that loses a message', harmful, lossy, true],
    ['a harmful one without a finding', harmful, reportOf(), false],
    ['a harmful one with only an error in the log', harmful, withError, false],
    ['a harmless one without a finding', harmless, reportOf(), true],
    ['a harmless one that loses a message', harmless, lossy, false],
    ['a harmless one with an error in the log', harmless, withError, false],
  ] as const)
    t.equal(judgeMutant(mutant, report).isExpected, right, name)

  const results = [judgeMutant(harmful, lossy), judgeMutant(harmless, lossy)]
  const part = mutantsSection(results, 'make chaos MUTANTS=1')
  t.match(part, '1 of 2 results as expected')
  t.match(part, `| ${harmful.name} | caught | caught | 1 lost | 10 | 62 |`)
  t.match(part, '| passed | caught: WRONG | 1 lost |')
})

t.test('replaces the text between the marks, and nothing else', async (t) => {
  const page = (text: string) =>
    `# A\n\n<!-- a: written by make -->\n\n${text}\n\n<!-- a ends -->\n\n# B\n`
  t.equal(fill(page('old'), 'a', '\nnew\n'), page('new'))
  t.equal(fill(page('old'), 'b', 'new'), undefined, 'a name without marks')
  t.equal(fill('<!-- a ends --><!-- a: written by make -->', 'a', 'new'), undefined, 'reversed')
})

t.test('has marks for every measurement in docs/reliability.md', async (t) => {
  const page = readFileSync(join(root, reliabilityPage), 'utf8')
  for (const name of ['chaos', 'r3', 'mutants', 'healing', 'overload', 'soak', 'rolling']) {
    t.equal(page.split(`<!-- ${name}: written by make -->`).length, 2, `${name} begins once`)
    t.equal(page.split(`<!-- ${name} ends -->`).length, 2, `${name} ends once`)
  }
  t.throws(
    () => fillPage(reliabilityPage, 'lunch', 'soup'),
    new UserError(`${reliabilityPage} has no marks for lunch`),
  )
})
