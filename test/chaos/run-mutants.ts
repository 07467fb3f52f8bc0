import { faultsOf } from '../../hack/lib/oracle.ts'
import { buildMutant, type Mutant, mutants } from './mutants.ts'
import { problemsOf, type Report } from './report.ts'
import { type RunOptions, run } from './run.ts'

/** What the run of a mutant found. */
export type MutantResult = ReturnType<typeof judgeMutant>

/** A mutant may be lucky once: chance plays a part in the course of a plan. */
const maxTries = 3

/** Whether a mutant was caught, and whether it had to be. */
export function judgeMutant(mutant: Mutant, report: Report) {
  // A harmless one has to pass as the service has to: without any problem.
  const found = mutant.harmful ? faultsOf(report.verdict) : problemsOf(report)
  const isCaught = found.length > 0
  return {
    mutant,
    report,
    /** Whether the run reported a fault. */
    isCaught,
    /** Whether that is what it has to report of this mutant. */
    isExpected: isCaught === mutant.harmful,
  }
}

/** Runs every mutant; one that must be caught gets up to three tries with other seeds. */
export async function runMutants(
  options: RunOptions,
  watch: (name: string, work: () => Promise<Report>) => Promise<Report>,
): Promise<MutantResult[]> {
  const results: MutantResult[] = []
  for (const mutant of mutants) {
    const { entry, remove } = await buildMutant(mutant)
    const runWith = async (seed: number) =>
      judgeMutant(mutant, await watch(mutant.name, () => run({ ...options, seed, entry })))
    let result = await runWith(options.seed)
    for (let tries = 1; mutant.harmful && !result.isCaught && tries < maxTries; tries++)
      result = await runWith(options.seed + tries)
    await remove()
    results.push(result)
  }
  return results
}

/** What a run found, with its count. */
function findingsOf({ verdict, unhealthy, errors }: Report): string {
  const findings = {
    lost: verdict.lost,
    duplicates: verdict.duplicated,
    'objects out of order': verdict.disordered,
    unexpected: verdict.unexpected,
    'objects not correct': unhealthy,
    errors,
  }
  const found = Object.entries(findings).filter(([, list]) => list.length > 0)
  return found.map(([what, list]) => `${list.length} ${what}`).join(', ')
}

export const mutantHead = ['mutant', 'must be', 'was', 'findings', 'messages', 'seed']

/** A row for each mutant. */
export function mutantRows(results: readonly MutantResult[]): string[][] {
  return results.map(({ mutant, report, isCaught, isExpected }) => [
    mutant.name,
    mutant.harmful ? 'caught' : 'passed',
    `${isCaught ? 'caught' : 'passed'}${isExpected ? '' : ': WRONG'}`,
    findingsOf(report) || 'none',
    String(report.verdict.expected),
    String(report.seed),
  ])
}
