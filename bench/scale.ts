/**
 * `zx bench/scale.ts` measures the operator with many objects on real control planes and writes
 * docs/scale.md. PARTS=acks,resync,shards,many selects parts; RESYNCED=10000, SHARDED=3000 and
 * MANY=100000 are the numbers of objects. QUICK=1 takes 600 objects and only prints.
 */

import { isSet } from '../hack/lib/input.ts'
import { fillPage } from '../hack/lib/page.ts'
import { script } from '../hack/lib/script.ts'
import { UserError } from '../hack/lib/user-error.ts'
import { prepareOperatorEnvironment } from './operator/environment.ts'
import { measureAcks } from './scale/acks.ts'
import { measureMany, measureResync, measureShards } from './scale/measure.ts'
import { acksReport, manyReport, resyncReport, shardReport } from './scale/report.ts'

const quick = isSet('QUICK')
// 300 flips without a resync and 300 during one.
const few = quick ? '600' : undefined
const {
  PARTS = 'acks,resync,shards,many',
  RESYNCED = few ?? '10000',
  SHARDED = few ?? '3000',
  MANY = few ?? '100000',
} = process.env

await script(async () => {
  const environment = await prepareOperatorEnvironment()
  const { natsServer, entry, machine, broker } = environment
  const parts = {
    acks: async () => acksReport(await measureAcks(natsServer, entry, quick ? 1 : 5)),
    resync: async () => resyncReport(await measureResync(environment, Number(RESYNCED))),
    shards: async () =>
      shardReport(await measureShards(environment, Number(SHARDED), quick ? 1 : 3)),
    many: async () => manyReport(await measureMany(environment, Number(MANY))),
  }
  for (const name of PARTS.split(',')) {
    const measure = parts[name as keyof typeof parts]
    if (!measure)
      throw new UserError(`PARTS=${PARTS}: ${name} is none of ${Object.keys(parts).join(', ')}`)
    const report = `${machine}\n\n${await measure()}`
    process.stdout.write(`${report}\n\n`)
    if (!quick) fillPage('docs/scale.md', name, report)
  }
  await broker.stop()
  return 0
})
