import { setTimeout as delay } from 'node:timers/promises'
import { readCosts } from '../operator/costs.ts'
import { type OperatorEnvironment, startCluster } from '../operator/environment.ts'
import { storeCoinFlips } from '../operator/objects.ts'
import { type OperatorOptions, startWithMetacontroller } from '../operator/operators.ts'
import {
  appendFlips,
  type Result,
  runSystem,
  type SystemUnderTest,
  startHttp2,
  systems,
  waitUntilSettled,
} from '../operator/run.ts'
import { openWatcher } from '../operator/watcher.ts'

const appends = 300
/** Longer than any measurement. */
const never = 3_600
const resyncSeconds = 45

/** The delays of flips while no object is synced, and while all objects are synced periodically. */
export type ResyncResults = Awaited<ReturnType<typeof resyncOne>>

async function resyncOne(
  environment: OperatorEnvironment,
  { name, start, ...how }: SystemUnderTest,
  count: number,
) {
  const cluster = await startCluster(environment)
  await storeCoinFlips(cluster.coinFlips, { ...how, count })
  const watcher = await openWatcher(cluster)
  const options = { ...environment, cluster }
  const withoutResync = await start({ ...options, resyncSeconds: never })
  await waitUntilSettled(watcher, count)
  const idle = await appendFlips(cluster, watcher, appends)
  await withoutResync.stop()

  const withResync = await start({ ...options, resyncSeconds })
  // The start itself syncs all objects; the measurement begins after that.
  await delay(resyncSeconds * 1500)
  const pids = { ...withResync.pids, ...cluster.pids }
  const before = readCosts(pids)
  const from = performance.now()
  const resync = await appendFlips(cluster, watcher, appends, appends)
  const seconds = (performance.now() - from) / 1000
  /** Share of a core that each process used during the resync. */
  const cpuShare: Record<string, number> = {}
  for (const [process, { cpuSeconds }] of Object.entries(readCosts(pids, before)))
    cpuShare[process] = cpuSeconds / seconds
  await watcher.stop()
  await withResync.stop()
  await cluster.stop()
  return { name, count, resyncSeconds, idle, resync, cpuShare }
}

/** Measures steady flips without and with a resync of `count` objects. */
export async function measureResync(
  environment: OperatorEnvironment,
  count: number,
): Promise<ResyncResults[]> {
  const results: ResyncResults[] = []
  for (const system of [systems.presetHttp2, systems.presetGo])
    results.push(await resyncOne(environment, system, count))
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
    { shards, name: 'one Metacontroller', start: startHttp2 },
    {
      shards,
      name: 'two, each for half of the objects',
      start: (options) => startWithMetacontroller(options, 'https', shards),
    },
  ]
  const results: Result[] = []
  for (let round = 0; round < rounds; round++)
    for (const system of compared)
      results.push(await runSystem(system, environment, { count, appends }))
  return results
}

/** Measures many objects once, with a resync period that is long enough for all of them. */
export function measureMany(environment: OperatorEnvironment, count: number): Promise<Result> {
  const start = (options: OperatorOptions) => startHttp2({ ...options, resyncSeconds: 600 })
  return runSystem({ ...systems.presetHttp2, start }, environment, { count, appends })
}
