/**
 * `zx bench/scale.ts` tries the operator with many objects on real control planes and writes
 * docs/scale.md. PARTS=acks,resync,shards,many takes some of its parts; RESYNCED=10000, SHARDED=3000
 * and MANY=100000 say how many objects. QUICK=1 takes few, prints and writes nothing.
 */

import { fillPage } from '../hack/lib/page.ts'
import { script } from '../hack/lib/script.ts'
import { UserError } from '../hack/lib/user-error.ts'
import { measureAcks } from './operator/acks.ts'
import { findMeans } from './operator/means.ts'
import { measureMany, measureResync, measureShards } from './operator/scale.ts'
import { acksReport, manyReport, resyncReport, shardReport } from './operator/scale-report.ts'

const quick = Boolean(process.env.QUICK)
// 300 flips at rest and 300 while all are synced.
const few = quick ? '600' : undefined
const {
  PARTS = 'acks,resync,shards,many',
  RESYNCED = few ?? '10000',
  SHARDED = few ?? '3000',
  MANY = few ?? '100000',
} = process.env

await script(async () => {
  const { means, machine } = await findMeans()
  const parts = {
    acks: async () =>
      acksReport(await measureAcks(means.natsServer, means.stand.entry, quick ? 1 : 5)),
    resync: async () => resyncReport(await measureResync(means, Number(RESYNCED))),
    shards: async () => shardReport(await measureShards(means, Number(SHARDED), quick ? 1 : 3)),
    many: async () => manyReport(await measureMany(means, Number(MANY))),
  }
  for (const name of PARTS.split(',')) {
    const measure = parts[name as keyof typeof parts]
    if (!measure)
      throw new UserError(`scale: no part ${name}, there is ${Object.keys(parts).join(', ')}`)
    const report = `${machine}\n\n${await measure()}`
    process.stdout.write(`${report}\n\n`)
    if (!quick) fillPage('docs/scale.md', name, report)
  }
  await means.stand.broker.stop()
  return 0
})
