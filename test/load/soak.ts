/**
 * `zx test/load/soak.ts` calls the service at half of its capacity and writes into
 * docs/reliability.md whether memory or open resources grow; with MINUTES= below 10 it only prints.
 */

import { script } from '../../hack/lib/script.ts'
import { publishChecks } from '../lib/report.ts'
import { readWholeNumber } from '../lib/whole-number.ts'
import { describeSystem, prepareRun, startSystem } from './lib/system-under-test.ts'
import { measureSoak } from './soak/measure.ts'
import { soakChecks } from './soak/report.ts'

const completeMinutes = 10

await script(async () => {
  const minutes = readWholeNumber('MINUTES', completeMinutes)
  const prepared = await prepareRun()
  const system = await startSystem(prepared, 'http')
  const results = await measureSoak(system, minutes)
  await system.service.stop()
  await prepared.broker.stop()
  return publishChecks(
    {
      name: 'soak',
      description: `${minutes} minutes at half load. ${describeSystem(system)}`,
      versions: prepared.versions,
      isComplete: minutes >= completeMinutes,
    },
    soakChecks(results),
  )
})
