/**
 * `zx test/chaos/healing.ts` measures how long objects that were changed during an outage stay wrong
 * after it, on a real API server and Metacontroller. OBJECTS=, RESYNC= and OUTAGE= choose trials
 * and OUTAGE_SECONDS= their length; only what is measured without them goes to
 * docs/reliability.md.
 */

import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { script, spin, warn } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { align } from '../lib/table.ts'
import { findParts } from './choose.ts'
import { measureHealing, measureIdle } from './healing/measure.ts'
import { goalLine, healingHead, healingPart, healingRow, type Result } from './healing/part.ts'
import { openStage, renew } from './healing/stage.ts'
import { planTrials, shippedResyncSeconds } from './healing/trial.ts'
import { writeFigures } from './page.ts'
import { versionsOf } from './real/versions.ts'

const { OBJECTS, RESYNC, OUTAGE, OUTAGE_SECONDS } = process.env
const awayMs = Number(OUTAGE_SECONDS || 60) * 1000
const isFull = [OBJECTS, RESYNC, OUTAGE, OUTAGE_SECONDS].every((given) => !given)
const say = (line: string) => void process.stdout.write(`${line}\n`)

await script(async () => {
  const parts = findParts(process.env)
  if ('why' in parts) throw new UserError(`healing is measured on the real ones: ${parts.why}`)
  const natsServer = await findNatsServer({ say: warn })
  if (!natsServer) return 1
  const shippedSeconds = await shippedResyncSeconds()
  const trials = planTrials(process.env, shippedSeconds)
  const results: Result[] = []
  for (const objects of new Set(trials.map((trial) => trial.objects))) {
    const stage = await spin(`creating ${objects} objects`, () =>
      openStage(parts, natsServer, objects),
    )
    const own = trials.filter((trial) => trial.objects === objects)
    for (const resyncSeconds of new Set(own.map((trial) => trial.resyncSeconds))) {
      await renew(stage, resyncSeconds)
      const cost = await spin('at rest', () => measureIdle(stage, resyncSeconds))
      for (const trial of own.filter((one) => one.resyncSeconds === resyncSeconds)) {
        await renew(stage, resyncSeconds)
        const { outage } = trial
        const healing = await spin(`${outage} away`, () => measureHealing(stage, outage, awayMs))
        const result = { ...trial, ...healing, ...cost }
        results.push(result)
        say(align([healingHead, healingRow(result)]).join('\n'))
      }
    }
    await stage.stop()
  }
  say(['', ...align([healingHead, ...results.map(healingRow)])].join('\n'))
  say(goalLine(results, shippedSeconds) ?? '')
  if (isFull)
    writeFigures(
      'healing',
      healingPart(results, shippedSeconds),
      await versionsOf(parts, natsServer),
    )
  return 0
})
