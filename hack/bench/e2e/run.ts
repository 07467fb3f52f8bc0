import { setTimeout as delay } from 'node:timers/promises'
import { startBroker } from '../../lib/broker.ts'
import { createStream } from '../stand.ts'
import { appendTail, nameOf, storeCoinFlips } from './objects.ts'
import { type Ground, type Operator, startGo, startOurs } from './operators.ts'
import { startPlane } from './plane.ts'
import { type Cost, followCosts } from './processes.ts'
import { openWatcher, type Watcher } from './watcher.ts'

/** How one contestant is run. */
export interface Contestant {
  name: string
  stamped: boolean
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
const perSecond = 20
const [flipsAtFirst, flipsLater] = [6, 7]
const [firstFlip, laterFlip] = [3, 7]

/** Appends a flip to each of `count` objects at a steady pace and measures what follows. */
async function append(
  plane: Awaited<ReturnType<typeof startPlane>>,
  watcher: Watcher,
  count: number,
): Promise<Delays> {
  const sentAt = new Map<string, number>()
  const begun = performance.now()
  const writes: Promise<void>[] = []
  for (let i = 0; i < count; i++) {
    await delay(Math.max(0, begun + (i * 1000) / perSecond - performance.now()))
    sentAt.set(nameOf(i), performance.now())
    writes.push(appendTail(plane.coinFlips, nameOf(i)))
  }
  await Promise.all(writes)
  await watcher.complete(flipsLater, laterFlip, count, limitMs)
  const since = (moments: ReadonlyMap<string, number>) =>
    [...sentAt].map(([name, at]) => (moments.get(name) ?? Number.NaN) - at)
  return {
    status: since(watcher.statusAt(flipsLater)),
    message: since(watcher.messageAt(laterFlip)),
  }
}

/** Runs one contestant on a control plane and a broker of its own. */
export async function runContestant(
  contestant: Contestant,
  options: Omit<Ground, 'plane' | 'natsUrl'> & {
    assets: string
    manifests: string
    natsServer: string
    count: number
    appends: number
  },
): Promise<Result> {
  const { assets, manifests, natsServer, count, appends, ...ground } = options
  const plane = await startPlane(assets, manifests)
  const broker = await startBroker({ binary: natsServer })
  await createStream(broker.url, 'COINFLIPS', 'coinflips.three-tails')
  await storeCoinFlips(plane.coinFlips, count, contestant.stamped)
  const watcher = await openWatcher(plane.coinFlips, broker.url)
  const begun = performance.now()
  // Its own processes are known after their start only, the others before.
  const others = followCosts({})
  const operator = await contestant.start({ ...ground, plane, natsUrl: broker.url })
  const own = followCosts(operator.pids)
  await watcher.complete(flipsAtFirst, firstFlip, count, limitMs)
  const seconds = (performance.now() - begun) / 1000
  const costs = { ...own(), ...others() }
  const appended = await append(plane, watcher, Math.min(appends, count))
  await watcher.stop()
  await operator.stop()
  await broker.stop()
  await plane.stop()
  return { name: contestant.name, count, seconds, costs, appended }
}
