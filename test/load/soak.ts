/**
 * `zx test/load/soak.ts` calls the service at half of its capacity and writes into
 * docs/reliability.md whether memory or open resources grow; with MINUTES= below 10 it only prints.
 */

import { script } from '../../hack/lib/script.ts'
import { conclude, readWholeNumber } from './lib/report.ts'
import { describeSystem, prepareRun, startSystem, versionsOf } from './lib/system-under-test.ts'
import { measureSoak } from './soak/measure.ts'
import { soakChecks } from './soak/report.ts'

const completeMinutes = 10

await script(async () => {
  const minutes = readWholeNumber('MINUTES', completeMinutes)
  const prepared = await prepareRun()
  const { environment } = prepared
  const system = await startSystem(prepared, 'http')
  const results = await measureSoak(system, minutes, (line) => process.stdout.write(`${line}\n`))
  await system.service.stop()
  await environment.broker.stop()
  return conclude({
    name: 'soak',
    description: `${minutes} minutes at half load. ${describeSystem(system)}`,
    checks: soakChecks(results),
    versions: versionsOf(environment),
    isComplete: minutes >= completeMinutes,
  })
})
