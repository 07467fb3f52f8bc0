/**
 * `zx test/load/overload.ts` calls the service at three times its capacity, over plain HTTP/1.1 and
 * over HTTP/2 with TLS, and writes the results into docs/reliability.md; with SECONDS= below a
 * minute it only prints them.
 */

import type { Check } from '../lib/report.ts'
import { runLoad } from './lib/run-load.ts'
import { describeSystem, protocolNames, startSystem } from './lib/system-under-test.ts'
import { measureOverload } from './overload/measure.ts'
import { overloadChecks } from './overload/report.ts'

const load =
  's of calls over up to 500 connections, or one of HTTP/2: 70 % change nothing, 20 % publish and ' +
  '10 % have 1.5 MB; then 10 s of bodies that take the most memory.'
const options = { section: 'overload', variable: 'SECONDS', complete: 60 }

await runLoad(options, async (prepared, seconds) => {
  const checks: Check[] = []
  let system = ''
  for (const protocol of ['http', 'https'] as const) {
    const started = await startSystem(prepared, protocol)
    const results = await measureOverload(started, seconds)
    system = describeSystem(started)
    await started.service.stop()
    for (const check of overloadChecks(results, prepared.deployed, protocol))
      checks.push({ ...check, what: `${protocolNames[protocol]}: ${check.what}` })
  }
  return { description: `${seconds} ${load} ${system}`, checks }
})
