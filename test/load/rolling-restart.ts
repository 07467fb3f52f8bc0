/**
 * `zx test/load/rolling-restart.ts` replaces the replicas under steady calls, over plain HTTP/1.1
 * and over HTTP/2 with TLS, and writes the results into docs/reliability.md; with CALLS= below
 * 20,000 it only prints them.
 */

import { script } from '../../hack/lib/script.ts'
import { conclude, readWholeNumber } from './lib/report.ts'
import { prepareRun, versionsOf } from './lib/system-under-test.ts'
import { measureRolling, type RollingResults } from './rolling-restart/measure.ts'
import { rollingChecks } from './rolling-restart/report.ts'

const completeCalls = 20_000

await script(async () => {
  const minimumCalls = readWholeNumber('CALLS', completeCalls)
  const prepared = await prepareRun()
  const { environment } = prepared
  const log = (line: string) => void process.stdout.write(`${line}\n`)
  const results: RollingResults[] = []
  for (const protocol of ['http', 'https'] as const)
    results.push(await measureRolling({ prepared, protocol, minimumCalls, log }))
  await environment.broker.stop()
  return conclude({
    name: 'rolling',
    description:
      'Two replicas, each replaced as its Deployment does, called by 50 workers with pauses ' +
      "through Go's transport, which keeps 2 idle connections and repeats no POST.",
    checks: results.flatMap((each) => rollingChecks(each, minimumCalls)),
    versions: versionsOf(environment),
    isComplete: minimumCalls >= completeCalls,
  })
})
