/**
 * `zx test/chaos/healing.ts` measures how long objects that were changed during an outage stay wrong
 * after it, with a real API server and Metacontroller. OBJECTS=, RESYNC= and OUTAGE= choose trials
 * and OUTAGE_SECONDS= their length; only measurements without them are written to
 * docs/reliability.md.
 */
import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { say, script, spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { align } from '../lib/table.ts'
import { findPrograms } from './choose-cluster.ts'
import { restartReconciliation, startEnvironment } from './healing/environment.ts'
import { measureIdle, measureRecovery } from './healing/measure.ts'
import {
  goalLine,
  type Result,
  recoveryHead,
  recoveryRow,
  recoverySection,
} from './healing/report.ts'
import { planTrials, shippedResyncSeconds } from './healing/trials.ts'
import { versionsOf } from './real/versions.ts'
import { writeSection } from './reliability-page.ts'

const { OBJECTS, RESYNC, OUTAGE, OUTAGE_SECONDS } = process.env
const outageMs = Number(OUTAGE_SECONDS || 60) * 1000
const isFull = [OBJECTS, RESYNC, OUTAGE, OUTAGE_SECONDS].every((given) => !given)

await script(async () => {
  const programs = findPrograms(process.env)
  if ('why' in programs)
    throw new UserError(`healing needs a real API server and Metacontroller: ${programs.why}`)
  const natsServer = await findNatsServer({ say: warn })
  if (!natsServer) return 1
  const shippedSeconds = await shippedResyncSeconds()
  const trials = planTrials(process.env, shippedSeconds)
  const results: Result[] = []
  for (const objects of new Set(trials.map((trial) => trial.objects))) {
    const environment = await spin(`creating ${objects} objects`, () =>
      startEnvironment(programs, natsServer, objects),
    )
    const own = trials.filter((trial) => trial.objects === objects)
    for (const resyncSeconds of new Set(own.map((trial) => trial.resyncSeconds))) {
      await restartReconciliation(environment, resyncSeconds)
      const cost = await spin('idle', () => measureIdle(environment, resyncSeconds))
      for (const trial of own.filter((one) => one.resyncSeconds === resyncSeconds)) {
        await restartReconciliation(environment, resyncSeconds)
        const { outage } = trial
        const recovery = await spin(`outage of ${outage}`, () =>
          measureRecovery(environment, outage, outageMs),
        )
        const result = { ...trial, ...recovery, ...cost }
        results.push(result)
        say(align([recoveryHead, recoveryRow(result)]).join('\n'))
      }
    }
    await environment.stop()
  }
  say(['', ...align([recoveryHead, ...results.map(recoveryRow)])].join('\n'))
  say(goalLine(results, shippedSeconds) ?? '')
  if (isFull)
    writeSection(
      'healing',
      recoverySection(results, shippedSeconds),
      await versionsOf(programs, natsServer),
    )
  return 0
})
