/**
 * `zx test/load/overload.ts` calls the service at three times its capacity, over plain HTTP/1.1 and
 * over HTTP/2 with TLS, and writes the results into docs/reliability.md; with SECONDS= below a
 * minute it only prints them.
 */

import { script } from '../../hack/lib/script.ts'
import { type Check, publishChecks } from '../lib/report.ts'
import { readWholeNumber } from '../lib/whole-number.ts'
import { describeSystem, prepareRun, protocolNames, startSystem } from './lib/system-under-test.ts'
import { measureOverload } from './overload/measure.ts'
import { overloadChecks } from './overload/report.ts'

const completeSeconds = 60
const load =
  's of calls over up to 500 connections, or one of HTTP/2: 70 % change nothing, 20 % publish and ' +
  '10 % have 1.5 MB; then 10 s of bodies that take the most memory.'

await script(async () => {
  const seconds = readWholeNumber('SECONDS', completeSeconds)
  const prepared = await prepareRun()
  const checks: Check[] = []
  let description = ''
  for (const protocol of ['http', 'https'] as const) {
    const system = await startSystem(prepared, protocol)
    const results = await measureOverload(system, seconds)
    description = describeSystem(system)
    await system.service.stop()
    for (const check of overloadChecks(results, prepared.deployed, protocol))
      checks.push({ ...check, what: `${protocolNames[protocol]}: ${check.what}` })
  }
  await prepared.broker.stop()
  return publishChecks(
    {
      name: 'overload',
      description: `${seconds} ${load} ${description}`,
      versions: prepared.versions,
      isComplete: seconds >= completeSeconds,
    },
    checks,
  )
})
