/**
 * `zx test/chaos/healing.ts` measures how long objects that were changed during an outage stay wrong
 * after it, with a real API server and Metacontroller. OBJECTS= and RESYNC= choose other numbers of
 * objects and periods; only measurements without them are written to docs/reliability.md.
 */
import { readManifests } from '../../hack/lib/manifests.ts'
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { say, script, spin } from '../../hack/lib/script.ts'
import { requirePrograms } from '../lib/plane/programs.ts'
import { align } from '../lib/table.ts'
import { restartReconciliation, startEnvironment } from './healing/environment.ts'
import { measureIdle, measureRecovery } from './healing/measure.ts'
import { planTrials } from './healing/plan.ts'
import {
  goalLine,
  type Result,
  recoveryHead,
  recoveryRow,
  recoverySection,
} from './healing/report.ts'
import { versionsWith, writeSection } from './reliability-page.ts'

await script(async () => {
  const [controller] = readManifests<{ resyncPeriodSeconds: number }>('CompositeController')
  const shippedSeconds = controller?.spec.resyncPeriodSeconds ?? 0
  const trials = planTrials(process.env, shippedSeconds)
  const programs = await requirePrograms(process.env)
  const natsServer = await findNatsServer()
  const results: Result[] = []
  for (const { objects, resyncSeconds, outages } of trials) {
    const environment = await spin(`creating ${objects} objects`, () =>
      startEnvironment(programs, natsServer, objects),
    )
    await restartReconciliation(environment, resyncSeconds)
    const cost = await spin('idle', () => measureIdle(environment, resyncSeconds))
    for (const outage of outages) {
      await restartReconciliation(environment, resyncSeconds)
      const recovery = await spin(`outage of ${outage}`, () => measureRecovery(environment, outage))
      const result = { objects, resyncSeconds, outage, ...recovery, ...cost }
      results.push(result)
      say(align([recoveryHead, recoveryRow(result)]).join('\n'))
    }
    await environment.stop()
  }
  say(['', ...align([recoveryHead, ...results.map(recoveryRow)])].join('\n'))
  say(goalLine(results, shippedSeconds))
  if (!process.env.OBJECTS && !process.env.RESYNC) {
    const versions = await versionsWith(programs, natsServer)
    writeSection('healing', recoverySection(results, shippedSeconds), versions)
  }
  return 0
})
