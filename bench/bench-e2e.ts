/**
 * `zx bench/bench-e2e.ts` measures the whole operator beside one on controller-runtime, each on a
 * real control plane of its own, and writes docs/performance.md. COUNT=1000,5000 and ROUNDS=5,1
 * say how much; QUICK=1 takes 200 objects, one round, prints and writes nothing.
 */

import { fillPage } from '../hack/lib/page.ts'
import { script, scriptArguments } from '../hack/lib/script.ts'
import { findMeans } from './operator/means.ts'
import { e2eReport } from './operator/report.ts'
import { contestants, type Result, runContestant } from './operator/run.ts'

const quick = scriptArguments().includes('--quick') || Boolean(process.env.QUICK)
const { COUNT = quick ? '200' : '1000,5000', ROUNDS = quick ? '1' : '5,1' } = process.env
const appends = quick ? 40 : 300

await script(async () => {
  const { means, machine } = await findMeans()
  const rounds = ROUNDS.split(',').map(Number)
  const results: Result[] = []
  for (const [i, count] of COUNT.split(',').map(Number).entries())
    for (let round = 0; round < (rounds[i] ?? rounds.at(-1) ?? 1); round++)
      for (const contestant of contestants) {
        const result = await runContestant(contestant, means, { count, appends })
        results.push(result)
        const rate = (count / result.seconds).toFixed(0)
        process.stdout.write(`${count} objects, ${contestant.name}: ${rate} a second\n`)
      }
  await means.stand.broker.stop()
  const report = e2eReport(results, machine)
  process.stdout.write(`\n${report}\n`)
  if (!quick) fillPage('docs/performance.md', 'bench-e2e', report)
  return 0
})
