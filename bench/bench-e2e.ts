/**
 * `zx bench/bench-e2e.ts` measures the whole operator beside one on controller-runtime, each on a
 * control plane of its own, and writes docs/results/operator.md. COUNT=1000,5000 are the numbers of
 * objects, ROUNDS=5,1 the rounds for each. QUICK=1 takes 200 objects in one round and only prints.
 */

import { isSet } from '../hack/lib/input.ts'
import { say, script } from '../hack/lib/script.ts'
import { writeResultPage } from './lib/result-page.ts'
import { prepareOperatorEnvironment } from './operator/environment.ts'
import { e2eReport } from './operator/report.ts'
import { type Result, runSystem, systems } from './operator/run.ts'

const quick = isSet('QUICK')
const { COUNT = quick ? '200' : '1000,5000', ROUNDS = quick ? '1' : '5,1' } = process.env
const appends = quick ? 40 : 300

await script(async () => {
  const environment = await prepareOperatorEnvironment()
  const rounds = ROUNDS.split(',').map(Number)
  const results: Result[] = []
  for (const [i, count] of COUNT.split(',').map(Number).entries())
    for (let round = 0; round < (rounds[i] ?? rounds.at(-1) ?? 1); round++)
      for (const system of Object.values(systems)) {
        const result = await runSystem(system, environment, { count, appends })
        results.push(result)
        const rate = (count / result.seconds).toFixed(0)
        say(`${count} objects, ${system.name}: ${rate} a second`)
      }
  await environment.broker.stop()
  const text = e2eReport(results, environment.machine)
  say(`\n${text}`)
  const title = 'The operator beside one on controller-runtime'
  if (!quick) writeResultPage({ name: 'operator', title, command: 'make bench-e2e', text })
  return 0
})
