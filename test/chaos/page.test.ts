import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fill, fillPage } from '../../hack/lib/page.ts'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { type Mutant, mutants } from './mutants.ts'
import { mutantsPart, reliabilityPage, runPart } from './page.ts'
import type { Report } from './report.ts'
import { judgeTrial } from './try-mutants.ts'

const kept = { expected: 10, stored: 10, lost: [], doubled: [], disordered: [], strange: [] }
const reportOf = (found: Partial<Report> = {}): Report => ({
  seed: 62,
  what: 'a played world',
  tookMs: 400_000,
  faults: [
    { kind: 'replica killed', alone: false, healedMs: 2_000 },
    { kind: 'replica killed', alone: false, healedMs: undefined },
    { kind: 'replica killed', alone: true, healedMs: 1_000 },
  ],
  tally: { calls: 321, failures: 12 },
  ledger: {
    accepted: new Map(),
    triedInDeletion: 0,
    takenInDeletion: 0,
    latestMs: 0,
    refusals: [],
  },
  verdict: kept,
  ailing: [],
  settledMs: 3_000,
  complaints: [],
  ...found,
})
const lossy = reportOf({ verdict: { ...kept, stored: 9, lost: ['a.3'] } })

t.test('a run becomes a part of the page', async (t) => {
  const part = runPart(reportOf(), 'make chaos SEED=62')
  t.match(part, 'Nothing is wrong: `make chaos SEED=62`, a played world; 400.0 s in all')
  t.match(part, '| messages stored | 10 |')
  t.match(part, '| replica killed | 2 | 2.0 s | too long | 1.0 s |')
  t.match(runPart(lossy, ''), '**Something is wrong**')
})

t.test('a mutant is judged by what has to be said of it', async (t) => {
  const pick = (is: boolean) => mutants.find((mutant) => mutant.harmful === is) as Mutant
  const [harmful, harmless] = [pick(true), pick(false)]
  const untidy = reportOf({ complaints: ['an error'] })
  for (const [name, mutant, report, right] of [
    ['a harmful one that loses', harmful, lossy, true],
    ['a harmful one that gets through', harmful, reportOf(), false],
    ['a harmful one that is only untidy', harmful, untidy, false],
    ['a harmless one that gets through', harmless, reportOf(), true],
    ['a harmless one that loses', harmless, lossy, false],
    ['a harmless one that is untidy', harmless, untidy, false],
  ] as const)
    t.equal(judgeTrial(mutant, report).right, right, name)

  const trials = [judgeTrial(harmful, lossy), judgeTrial(harmless, lossy)]
  const part = mutantsPart(trials, 'make chaos MUTANTS=1')
  t.match(part, '1 of 2 judged as they must be')
  t.match(part, `| ${harmful.name} | caught | caught | 1 lost | 10 | 62 |`)
  t.match(part, '| let pass | caught: WRONG | 1 lost |')
})

t.test('a part replaces what was between its marks, and nothing else', async (t) => {
  const page = (text: string) =>
    `# A\n\n<!-- a: written by make -->\n\n${text}\n\n<!-- a ends -->\n\n# B\n`
  t.equal(fill(page('old'), 'a', '\nnew\n'), page('new'))
  t.equal(fill(page('old'), 'b', 'new'), undefined, 'a name without marks')
  t.equal(fill('<!-- a ends --><!-- a: written by make -->', 'a', 'new'), undefined, 'reversed')
})

t.test('the page has a place for every program that measures', async (t) => {
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
