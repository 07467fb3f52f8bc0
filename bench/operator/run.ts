import { setTimeout as delay } from 'node:timers/promises'
import { appendTail, nameOf, storeCoinFlips } from './objects.ts'
import { type Ground, type Operator, startGo, startOurs } from './operators.ts'
import type { Plane } from './plane.ts'
import { type Cost, followCosts } from './processes.ts'
import { type Means, openStage } from './stage.ts'
import { openWatcher, type Watcher } from './watcher.ts'

/** How one contestant is run. */
export interface Contestant {
  name: string
  stamped: boolean
  /** Values of the label `shard` that the objects get in turn. */
  shards?: readonly string[]
  start(ground: Ground): Promise<Operator>
}

export const contestants: readonly Contestant[] = [
  { name: 'this, http', stamped: false, start: (ground) => startOurs(ground, false) },
  { name: 'Go operator', stamped: false, start: startGo },
  { name: 'this, http, stamped', stamped: true, start: (ground) => startOurs(ground, false) },
  { name: 'this, https with HTTP/2, stamped', stamped: true, start: (g) => startOurs(g, true) },
  { name: 'Go operator, stamped', stamped: true, start: startGo },
]

/** Milliseconds from an appended flip. */
export interface Delays {
  status: number[]
  message: number[]
}

export interface Result {
  name: string
  count: number
  /** From the start of the operator to the last correct status and stored message. */
  seconds: number
  costs: Record<string, Cost>
  appended: Delays
}

const limitMs = 120_000
/** A fifth of the rate that is expected. */
const msEach = 30
const perSecond = 20
const [flipsAtFirst, flipsLater] = [6, 7]
const [firstFlip, laterFlip] = [3, 7]

/** Resolves when all objects have their first status and message. */
export function settled(watcher: Watcher, count: number, forMs = limitMs): Promise<void> {
  return watcher.complete(flipsAtFirst, firstFlip, count, forMs)
}

/**
 * Appends a flip to each of `count` objects at a steady pace and measures what follows; `from` is
 * the number of objects that this was done with before.
 */
export async function append(
  plane: Plane,
  watcher: Watcher,
  count: number,
  from = 0,
): Promise<Delays> {
  const sentAt = new Map<string, number>()
  const begun = performance.now()
  const writes: Promise<void>[] = []
  for (let i = 0; i < count; i++) {
    const name = nameOf(from + i)
    await delay(Math.max(0, begun + (i * 1000) / perSecond - performance.now()))
    sentAt.set(name, performance.now())
    writes.push(appendTail(plane.coinFlips, name))
  }
  await Promise.all(writes)
  await watcher.complete(flipsLater, laterFlip, from + count, limitMs)
  const since = (moments: ReadonlyMap<string, number>) =>
    [...sentAt].map(([name, at]) => (moments.get(name) ?? Number.NaN) - at)
  return {
    status: since(watcher.statusAt(flipsLater)),
    message: since(watcher.messageAt(laterFlip)),
  }
}

/** Runs one contestant on a stage of its own. */
export async function runContestant(
  contestant: Contestant,
  means: Means,
  { count, appends }: { count: number; appends: number },
): Promise<Result> {
  const { plane, natsUrl, stop } = await openStage(means)
  await storeCoinFlips(plane.coinFlips, count, contestant.stamped, contestant.shards)
  const watcher = await openWatcher(plane.coinFlips, natsUrl)
  const begun = performance.now()
  // Its own processes are known after their start only, the others before.
  const others = followCosts({})
  const operator = await contestant.start({ ...means, plane, natsUrl })
  const own = followCosts(operator.pids)
  await settled(watcher, count, limitMs + count * msEach)
  const seconds = (performance.now() - begun) / 1000
  const costs = { ...own(), ...others() }
  const appended = await append(plane, watcher, Math.min(appends, count))
  await watcher.stop()
  await operator.stop()
  await stop()
  return { name: contestant.name, count, seconds, costs, appended }
}
