/**
 * `zx test/load/soak.ts` calls the service at half of its capacity and writes into
 * docs/reliability.md whether memory or open resources grow; with MINUTES= below 10 it only prints.
 */

import { runLoad } from './lib/run-load.ts'
import { describeSystem, startSystem } from './lib/system-under-test.ts'
import { measureSoak } from './soak/measure.ts'
import { soakChecks } from './soak/report.ts'

const options = { section: 'soak', variable: 'MINUTES', complete: 10 }

await runLoad(options, async (prepared, minutes) => {
  const system = await startSystem(prepared, 'http')
  const checks = soakChecks(await measureSoak(system, minutes))
  await system.service.stop()
  return { description: `${minutes} minutes at half load. ${describeSystem(system)}`, checks }
})
