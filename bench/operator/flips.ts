import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './environment.ts'
import { appendTail, flipsLater, laterMilestone, nameOf } from './objects.ts'
import type { Watcher } from './watcher.ts'

/** Milliseconds from each appended flip to its status and to its message. */
export interface Delays {
  status: number[]
  message: number[]
}

/** One flip for each of so many objects, at a steady rate. */
export interface Flips {
  perSecond: number
  count: number
  /** Number of objects that already got theirs. */
  from: number
}

const limitMs = 120_000

/** Appends flips, whatever the answers take, and measures the delays. */
export async function appendFlips(
  { coinFlips }: Cluster,
  watcher: Watcher,
  { perSecond, count, from }: Flips,
): Promise<Delays> {
  const sentAt = new Map<string, number>()
  const begun = performance.now()
  const writes: Promise<void>[] = []
  for (let i = 0; i < count; i++) {
    const name = nameOf(from + i)
    await delay(Math.max(0, begun + (i * 1000) / perSecond - performance.now()))
    sentAt.set(name, performance.now())
    writes.push(appendTail(coinFlips, name))
  }
  await Promise.all(writes)
  await watcher.complete(flipsLater, laterMilestone, from + count, limitMs)
  const since = (moments: ReadonlyMap<string, number>) =>
    [...sentAt].map(([name, at]) => (moments.get(name) ?? Number.NaN) - at)
  return {
    status: since(watcher.statusAt(flipsLater)),
    message: since(watcher.messageAt(laterMilestone)),
  }
}
