/**
 * `zx bench/bench-e2e.ts` measures the whole operator beside one in Go, each on a control plane of
 * its own, and writes docs/results/operator.md. COUNT=5000 is the number of objects. QUICK=1 takes
 * 300 objects in one round, and only prints.
 */

import { isSet } from '../hack/lib/input.ts'
import { say, script } from '../hack/lib/script.ts'
import { readWholeNumber } from '../test/lib/whole-number.ts'
import { writeResultPage } from './lib/result-page.ts'
import { prepareOperatorEnvironment } from './operator/environment.ts'
import { rate } from './operator/goals.ts'
import { operatorReport } from './operator/report.ts'
import { type Result, runSystem, type SystemUnderTest, systems } from './operator/run.ts'

const quick = isSet('QUICK')
/** 20 a second for a whole resync period of Metacontroller, 45 s. */
const flips = [
  { perSecond: 20, count: quick ? 20 : 900 },
  { perSecond: 100, count: quick ? 100 : 600 },
  { perSecond: 200, count: quick ? 100 : 1_200 },
]
/** Each flip and each restart is of another object. */
const fewestObjects = flips.reduce((sum, { count }) => sum + count, 10)
/** The deployed form, and an operator as kubebuilder lays it out. */
const compared: readonly SystemUnderTest[] = [systems.stamped, systems.go]

await script(async () => {
  const count = readWholeNumber('COUNT', quick ? 300 : 5_000, { minimum: fewestObjects })
  const rounds = readWholeNumber('ROUNDS', quick ? 1 : 3)
  const environment = await prepareOperatorEnvironment()
  const results: Result[] = []
  for (let round = 1; round <= rounds; round++)
    for (const system of Object.values(systems)) {
      const more = compared.includes(system) ? { flips, restarts: true } : {}
      const result = await runSystem(system, environment, { count, ...more })
      results.push(result)
      say(
        `round ${round} of ${rounds}, ${system.name}: ${rate(result).toFixed(0)} objects a second`,
      )
    }
  await environment.broker.stop()
  const text = operatorReport(results, environment.machine)
  say(`\n${text}`)
  const title = 'The operator beside one on controller-runtime'
  if (!quick) writeResultPage({ name: 'operator', title, command: 'make bench-e2e', text })
  return 0
})
