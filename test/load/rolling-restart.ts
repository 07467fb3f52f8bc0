/**
 * `zx test/load/rolling-restart.ts` replaces the replicas under steady calls, over plain HTTP/1.1
 * and over HTTP/2 with TLS, and writes the results into docs/reliability.md; with CALLS= below
 * 20,000 it only prints them.
 */

import { runLoad } from './lib/run-load.ts'
import { measureRolling } from './rolling-restart/measure.ts'
import { rollingChecks } from './rolling-restart/report.ts'

const description =
  'Two replicas, each replaced as its Deployment does, called by 50 workers with pauses through ' +
  "Go's transport, which keeps 2 idle connections and repeats no POST."
const options = { section: 'rolling', variable: 'CALLS', complete: 20_000 }

await runLoad(options, async (prepared, minimumCalls) => {
  const http = await measureRolling(prepared, 'http', minimumCalls)
  const https = await measureRolling(prepared, 'https', minimumCalls)
  const checks = [http, https].flatMap((results) => rollingChecks(results, minimumCalls))
  return { description, checks }
})
