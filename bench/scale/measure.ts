import { type Costs, readCosts, waitUntilQuiet } from '../operator/costs.ts'
import { type OperatorEnvironment, startCluster } from '../operator/environment.ts'
import { appendFlips, type Delays } from '../operator/flips.ts'
import { storeCoinFlips } from '../operator/objects.ts'
import { limited, type OperatorOptions, startWithMetacontroller } from '../operator/operators.ts'
import {
  type Result,
  runSystem,
  type SystemUnderTest,
  systems,
  waitUntilSettled,
} from '../operator/run.ts'
import { openWatcher } from '../operator/watcher.ts'

/** Flips after all objects are settled. */
const steady = { perSecond: 20, count: 300 }
/** Longer than any measurement. */
const never = 3_600

/** Flips at a steady rate for one period of the resync. */
export interface ResyncResult {
  name: string
  count: number
  delays: Delays
  seconds: number
  costs: Costs
}

/** Measures what a resync of `count` objects costs flips, which begin when the operator is quiet. */
export async function measureResync(
  environment: OperatorEnvironment,
  count: number,
  resyncSeconds: number,
): Promise<ResyncResult[]> {
  const { start, finalizer } = systems.stamped
  const cluster = await startCluster(environment)
  await storeCoinFlips(cluster.coinFlips, { count, finalizer })
  const watcher = await openWatcher(cluster)
  const flips = { ...steady, count: steady.perSecond * resyncSeconds }
  const results: ResyncResult[] = []
  for (const [name, options] of Object.entries({
    'no resync': { resyncSeconds: never },
    [`every ${resyncSeconds} s`]: { resyncSeconds },
    [`every ${resyncSeconds} s, 200 requests a second`]: { resyncSeconds, flags: limited(200) },
  })) {
    const operator = await start({ ...environment, cluster, ...options })
    await waitUntilSettled(watcher, count)
    const pids = { ...operator.pids, ...cluster.pids }
    await waitUntilQuiet(pids)
    const before = readCosts(pids)
    const begun = performance.now()
    const from = results.length * flips.count
    const delays = await appendFlips(cluster, watcher, { ...flips, from })
    const seconds = (performance.now() - begun) / 1000
    results.push({ name, count, delays, seconds, costs: readCosts(pids, before) })
    await operator.stop()
  }
  await watcher.stop()
  await cluster.stop()
  return results
}

/** Measures one Metacontroller for all objects, and two for half of them each, in turn. */
export async function measureShards(
  environment: OperatorEnvironment,
  count: number,
  rounds: number,
): Promise<Result[]> {
  const shards = ['a', 'b']
  const compared: SystemUnderTest[] = [
    { shards, name: 'one Metacontroller', start: startWithMetacontroller },
    {
      shards,
      name: 'two, each for half of the objects',
      start: (options) => startWithMetacontroller(options, shards),
    },
  ]
  const results: Result[] = []
  for (let round = 0; round < rounds; round++)
    for (const system of compared)
      results.push(await runSystem(system, environment, { count, flips: [steady] }))
  return results
}

/** Measures each number of objects once, with a resync period that is long enough for all of them. */
export async function measureMany(
  environment: OperatorEnvironment,
  counts: readonly number[],
): Promise<Result[]> {
  const start = (options: OperatorOptions) =>
    startWithMetacontroller({ ...options, resyncSeconds: 600 })
  const results: Result[] = []
  for (const count of counts)
    results.push(
      await runSystem({ ...systems.stamped, start }, environment, { count, flips: [steady] }),
    )
  return results
}
