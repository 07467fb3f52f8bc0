/**
 * `zx bench/scale.ts` measures the operator with many objects on real control planes and writes
 * docs/scale.md. PARTS=acks,resync,shards,many selects parts; MANY=100000 is the largest number of
 * objects. QUICK=1 takes 600 objects and only prints.
 */

import { isSet } from '../hack/lib/input.ts'
import { fillPage } from '../hack/lib/page.ts'
import { say, script } from '../hack/lib/script.ts'
import { UserError } from '../hack/lib/user-error.ts'
import { readWholeNumber } from '../test/lib/whole-number.ts'
import { prepareOperatorEnvironment } from './operator/environment.ts'
import { measureAcks } from './scale/acks.ts'
import { measureMany, measureResync, measureShards } from './scale/measure.ts'
import { acksReport, manyReport, resyncReport, shardReport } from './scale/report.ts'

const quick = isSet('QUICK')
// 300 flips without a resync and 300 during one.
const few = quick ? 600 : undefined
const { PARTS = 'acks,resync,shards,many' } = process.env

await script(async () => {
  const many = readWholeNumber('MANY', few ?? 100_000)
  const environment = await prepareOperatorEnvironment()
  const parts: Record<string, () => Promise<string>> = {
    acks: async () => acksReport(await measureAcks(environment, quick ? 1 : 5)),
    resync: async () => resyncReport(await measureResync(environment, few ?? 10_000)),
    shards: async () => shardReport(await measureShards(environment, few ?? 3_000, quick ? 1 : 3)),
    many: async () => manyReport(await measureMany(environment, many)),
  }
  for (const name of PARTS.split(',')) {
    const measure = parts[name]
    if (!measure)
      throw new UserError(`PARTS=${PARTS}: ${name} is none of ${Object.keys(parts).join(', ')}`)
    const report = `${environment.machine}\n\n${await measure()}`
    say(`${report}\n`)
    if (!quick) fillPage('docs/scale.md', name, report)
  }
  await environment.broker.stop()
  return 0
})
