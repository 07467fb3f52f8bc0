/**
 * `zx bench/scale.ts` measures the operator with many objects on real control planes and writes
 * docs/results/scale.md. MANY=100000 is the largest number of objects, after 1,000 and 10,000 of
 * them. PARTS=acks,milestones,resync,shards,tenants,many selects parts and only prints; so does
 * QUICK=1, which takes 600 objects.
 */

import { isSet } from '../hack/lib/input.ts'
import { say, script } from '../hack/lib/script.ts'
import { UserError } from '../hack/lib/user-error.ts'
import { readWholeNumber } from '../test/lib/whole-number.ts'
import { writeResultPage } from './lib/result-page.ts'
import { prepareOperatorEnvironment } from './operator/environment.ts'
import { measureAcks } from './scale/acks.ts'
import { measureMany, measureResync, measureShards } from './scale/measure.ts'
import { measureMilestones } from './scale/milestones.ts'
import {
  acksReport,
  manyReport,
  milestonesReport,
  resyncReport,
  shardReport,
  tenantReport,
} from './scale/report.ts'
import { measureTenants } from './scale/tenants.ts'

const quick = isSet('QUICK')
// 180 flips for each row of the resync.
const few = quick ? 600 : undefined
const objectCounts = (many: number) => [...[1_000, 10_000].filter((count) => count < many), many]
const messageCounts = quick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000]
const titles = {
  acks: 'Replicas of the stream',
  milestones: 'Messages in one stream',
  resync: 'Flips beside a steady resync',
  shards: 'Two Metacontrollers',
  tenants: 'Another tenant of the API server',
  many: 'Many objects',
}
const { PARTS = '' } = process.env
const isPart = (name: string): name is keyof typeof titles => name in titles

await script(async () => {
  const many = readWholeNumber('MANY', few ?? 100_000)
  const names = (PARTS || Object.keys(titles).join()).split(',')
  const unknown = names.find((name) => !isPart(name))
  if (unknown)
    throw new UserError(`PARTS=${PARTS}: ${unknown} is none of ${Object.keys(titles).join(', ')}`)
  const environment = await prepareOperatorEnvironment()
  const measure = {
    acks: async () => acksReport(await measureAcks(environment, quick ? 1 : 5)),
    milestones: async () =>
      milestonesReport(await measureMilestones(environment.natsServer, messageCounts)),
    resync: async () =>
      resyncReport(await measureResync(environment, few ?? 5_000, quick ? 9 : 45)),
    shards: async () => shardReport(await measureShards(environment, few ?? 3_000, quick ? 1 : 3)),
    tenants: async () => tenantReport(await measureTenants(environment, few ?? 5_000)),
    many: async () => manyReport(await measureMany(environment, objectCounts(many))),
  }
  const sections = [environment.machine]
  for (const name of names.filter(isPart)) {
    sections.push(`## ${titles[name]}`, await measure[name]())
    say(`\n${sections.slice(-2).join('\n\n')}`)
  }
  await environment.broker.stop()
  if (quick || PARTS) return 0
  const title = 'The operator with many objects'
  const command = `make scale MANY=${many}`
  writeResultPage({ name: 'scale', title, command, text: sections.join('\n\n') })
  return 0
})
