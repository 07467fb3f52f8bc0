import { setTimeout as delay } from 'node:timers/promises'
import { storeCoinFlips } from './objects.ts'
import { type Ground, type Operator, startGo, startOurs } from './operators.ts'
import { type Cost, followCosts } from './processes.ts'
import { append, type Delays, type Result, runContestant, settled } from './run.ts'
import { type Means, openStage } from './stage.ts'
import { openWatcher } from './watcher.ts'

const appends = 300
/** So long that none falls into a measurement. */
const never = 3_600
const limitMs = 120_000

/** What flips take while all objects are at rest, and while all are synced again and again. */
export interface Resynced {
  name: string
  count: number
  resyncSeconds: number
  rest: Delays
  resync: Delays
  /** CPU seconds of each process while all are synced, for each second. */
  cpuShare: Record<string, number>
}

type Start = (ground: Ground) => Promise<Operator>

const inTurn: readonly [name: string, start: Start][] = [
  ['this, https with HTTP/2, stamped', (ground) => startOurs(ground, true)],
  ['Go operator, stamped', startGo],
]

async function resyncOne(means: Means, [name, start]: (typeof inTurn)[number], count: number) {
  const resyncSeconds = 45
  const { plane, natsUrl, stop } = await openStage(means)
  await storeCoinFlips(plane.coinFlips, count, true)
  const watcher = await openWatcher(plane.coinFlips, natsUrl)
  const ground = { ...means, plane, natsUrl }
  const calm = await start({ ...ground, resyncSeconds: never })
  await settled(watcher, count, limitMs * 5)
  const rest = await append(plane, watcher, appends)
  await calm.stop()

  const busy = await start({ ...ground, resyncSeconds })
  // The start alone syncs all; what is wanted is the state after it.
  await delay(resyncSeconds * 1500)
  const costs = followCosts({})
  const own = followCosts(busy.pids)
  const before = own()
  const from = performance.now()
  const resync = await append(plane, watcher, appends, appends)
  const seconds = (performance.now() - from) / 1000
  const spent = (now: Record<string, Cost>, then: Record<string, Cost>) =>
    Object.entries(now).map(([process, { cpuSeconds }]) => [
      process,
      (cpuSeconds - (then[process]?.cpuSeconds ?? 0)) / seconds,
    ])
  const cpuShare = Object.fromEntries([...spent(costs(), {}), ...spent(own(), before)])
  await watcher.stop()
  await busy.stop()
  await stop()
  return { name, count, resyncSeconds, rest, resync, cpuShare }
}

/** Steady flips beside `count` objects at rest, and beside as many that are all synced again. */
export async function measureResync(means: Means, count: number): Promise<Resynced[]> {
  const results: Resynced[] = []
  for (const each of inTurn) results.push(await resyncOne(means, each, count))
  return results
}

/** One Metacontroller for all objects, and two for half of them each, in turn. */
export async function measureShards(means: Means, count: number, rounds: number) {
  const shards = ['a', 'b']
  const contestants = [
    {
      name: 'one Metacontroller',
      stamped: false,
      shards,
      start: (g: Ground) => startOurs(g, true),
    },
    {
      name: 'two, each for half of the objects',
      stamped: false,
      shards,
      start: (ground: Ground) => startOurs(ground, true, shards),
    },
  ]
  const results: Result[] = []
  for (let round = 0; round < rounds; round++)
    for (const contestant of contestants)
      results.push(await runContestant(contestant, means, { count, appends }))
  return results
}

/** Many objects once, with a resync that they can be synced in. */
export function measureMany(means: Means, count: number): Promise<Result> {
  const resyncSeconds = 600
  const start = (ground: Ground) => startOurs({ ...ground, resyncSeconds }, true)
  const contestant = { name: 'this, https with HTTP/2, stamped', stamped: true, start }
  return runContestant(contestant, means, { count, appends })
}
