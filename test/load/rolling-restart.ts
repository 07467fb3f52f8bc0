/**
 * `zx test/load/rolling-restart.ts` replaces the replicas under steady calls, over plain HTTP/1.1
 * and over HTTP/2 with TLS, and writes the results into docs/reliability.md; with CALLS= below
 * 20,000 it only prints them.
 */

import { script } from '../../hack/lib/script.ts'
import { type Check, publishChecks } from '../lib/report.ts'
import { readWholeNumber } from '../lib/whole-number.ts'
import { prepareRun } from './lib/system-under-test.ts'
import { measureRolling } from './rolling-restart/measure.ts'
import { rollingChecks } from './rolling-restart/report.ts'

const completeCalls = 20_000

await script(async () => {
  const minimumCalls = readWholeNumber('CALLS', completeCalls)
  const prepared = await prepareRun()
  const checks: Check[] = []
  for (const protocol of ['http', 'https'] as const)
    checks.push(
      ...rollingChecks(await measureRolling(prepared, protocol, minimumCalls), minimumCalls),
    )
  await prepared.broker.stop()
  return publishChecks(
    {
      name: 'rolling',
      description:
        'Two replicas, each replaced as its Deployment does, called by 50 workers with pauses ' +
        "through Go's transport, which keeps 2 idle connections and repeats no POST.",
      versions: prepared.versions,
      isComplete: minimumCalls >= completeCalls,
    },
    checks,
  )
})
