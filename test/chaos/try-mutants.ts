import { isKept } from '../lib/oracle.ts'
import { breed, type Mutant, mutants } from './mutants.ts'
import { isClean, type Report } from './report.ts'
import { type RunOptions, run } from './run.ts'

/** What became of a mutant. */
export interface Trial {
  mutant: Mutant
  report: Report
  /** Whether a run said that a promise was broken. */
  caught: boolean
  /** Whether that is what has to be said of it. */
  right: boolean
}

/** A mutant may be lucky once; chance plays a part in what a plan comes to. */
const mostTries = 3

/** Whether a mutant was caught, and whether it had to be. */
export function judgeTrial(mutant: Mutant, report: Report): Trial {
  // What is harmless has to pass as the service has to: without any complaint.
  const caught = mutant.harmful ? !isKept(report.verdict) : !isClean(report)
  return { mutant, report, caught, right: caught === mutant.harmful }
}

/** Runs every mutant, those that must be caught up to three times with other seeds. */
export async function tryMutants(
  options: RunOptions,
  watch: (name: string, work: () => Promise<Report>) => Promise<Report>,
): Promise<Trial[]> {
  const trials: Trial[] = []
  for (const mutant of mutants) {
    const { entry, remove } = await breed(mutant)
    const tryWith = async (seed: number) =>
      judgeTrial(mutant, await watch(mutant.name, () => run({ ...options, seed, entry })))
    let trial = await tryWith(options.seed)
    for (let tries = 1; mutant.harmful && !trial.caught && tries < mostTries; tries++)
      trial = await tryWith(options.seed + tries)
    await remove()
    trials.push(trial)
  }
  return trials
}

/** By what a mutant was caught, with how much there was of it. */
function signsOf({ verdict, ailing, complaints }: Report): string {
  const { lost, doubled, disordered, strange } = verdict
  const signs = {
    lost,
    doubled,
    'objects out of order': disordered,
    'beyond the expected': strange,
    'objects not right': ailing,
    complaints,
  }
  const found = Object.entries(signs).filter(([, list]) => list.length > 0)
  return found.map(([sign, list]) => `${list.length} ${sign}`).join(', ')
}

export const trialHead = ['mutant', 'it must be', 'it was', 'by', 'messages', 'seed']

/** A row for each mutant. */
export function trialRows(trials: readonly Trial[]): string[][] {
  return trials.map(({ mutant, report, caught, right }) => [
    mutant.name,
    mutant.harmful ? 'caught' : 'let pass',
    `${caught ? 'caught' : 'let pass'}${right ? '' : ': WRONG'}`,
    signsOf(report) || 'nothing',
    String(report.verdict.expected),
    String(report.seed),
  ])
}
