import { script } from '../../../hack/lib/script.ts'
import { type Check, publishChecks } from '../../lib/report.ts'
import { readWholeNumber } from '../../lib/whole-number.ts'
import { type Prepared, prepareRun } from './system-under-test.ts'

/** Runs a script that measures as much as a variable says, and publishes the checks. */
export function runLoad(
  options: {
    /** Section of docs/reliability.md, which only a complete run writes. */
    section: string
    variable: string
    complete: number
  },
  measure: (
    prepared: Prepared,
    amount: number,
  ) => Promise<{ description: string; checks: Check[] }>,
): Promise<never> {
  const { section, variable, complete } = options
  return script(async () => {
    const amount = readWholeNumber(variable, complete)
    const prepared = await prepareRun()
    const { description, checks } = await measure(prepared, amount)
    await prepared.broker.stop()
    const { versions } = prepared
    const isComplete = amount >= complete
    return publishChecks({ name: section, description, versions, isComplete }, checks)
  })
}
