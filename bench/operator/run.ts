import { setTimeout as delay } from 'node:timers/promises'
import { finalizer } from '../../server/cluster/coinflips.ts'
import { readCosts } from './costs.ts'
import { type Cluster, type OperatorEnvironment, startCluster } from './environment.ts'
import { appendTail, nameOf, type StoreOptions, storeCoinFlips } from './objects.ts'
import {
  type Operator,
  type OperatorOptions,
  startControllerRuntime,
  startWithMetacontroller,
} from './operators.ts'
import { openWatcher, type Watcher } from './watcher.ts'

/** An operator under measurement, with the way in which its objects are stored. */
export interface SystemUnderTest extends Omit<StoreOptions, 'count'> {
  name: string
  start(options: OperatorOptions): Promise<Operator>
}

const startHttp = (options: OperatorOptions) => startWithMetacontroller(options, 'http')
export const startHttp2 = (options: OperatorOptions) => startWithMetacontroller(options, 'https')

const preset = { finalizer }
export const systems = {
  http: { name: 'this operator', start: startHttp },
  go: { name: 'controller-runtime', start: startControllerRuntime },
  presetHttp: { name: 'this operator, preset finalizer', ...preset, start: startHttp },
  presetHttp2: { name: 'this operator, preset finalizer, HTTP/2', ...preset, start: startHttp2 },
  presetGo: {
    name: 'controller-runtime, preset finalizer',
    ...preset,
    start: startControllerRuntime,
  },
} as const satisfies Record<string, SystemUnderTest>

/** Milliseconds from each appended flip to its status and to its message. */
export interface Delays {
  status: number[]
  message: number[]
}

/** What one system did on a control plane and a broker of its own. */
export type Result = Awaited<ReturnType<typeof runSystem>>

const limitMs = 120_000
/** Allows a fifth of the expected rate. */
const msEach = 30
const perSecond = 20
/** Flips of an object at first and later, and the flips that complete its milestones. */
const [flipsAtFirst, flipsLater, firstFlip, laterFlip] = [6, 7, 3, 7]

/** Waits until all objects have their first status and message. */
export function waitUntilSettled(watcher: Watcher, count: number): Promise<void> {
  return watcher.complete(flipsAtFirst, firstFlip, count, limitMs + count * msEach)
}

/**
 * Appends a flip to each of `count` objects, 20 a second, and measures the delays; `from` is the
 * number of objects that already got theirs.
 */
export async function appendFlips(
  { coinFlips }: Cluster,
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
    writes.push(appendTail(coinFlips, name))
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

/** Measures one system on a control plane and a broker of its own. */
export async function runSystem(
  { name, start, ...how }: SystemUnderTest,
  environment: OperatorEnvironment,
  { count, appends }: { count: number; appends: number },
) {
  const cluster = await startCluster(environment)
  await storeCoinFlips(cluster.coinFlips, { ...how, count })
  const watcher = await openWatcher(cluster)
  const begun = performance.now()
  const before = readCosts(cluster.pids)
  const operator = await start({ ...environment, cluster })
  await waitUntilSettled(watcher, count)
  /** From the start of the operator to the last correct status and stored message. */
  const seconds = (performance.now() - begun) / 1000
  const costs = readCosts({ ...operator.pids, ...cluster.pids }, before)
  const appended = await appendFlips(cluster, watcher, Math.min(appends, count))
  await watcher.stop()
  await operator.stop()
  await cluster.stop()
  return { name, count, seconds, costs, appended }
}
