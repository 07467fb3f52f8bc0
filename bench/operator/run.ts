import { finalizer } from '../../server/cluster/coinflips.ts'
import { type Costs, readCosts, waitUntilQuiet } from './costs.ts'
import { type OperatorEnvironment, startCluster } from './environment.ts'
import { appendFlips, type Delays, type Flips } from './flips.ts'
import { firstMilestone, flipsAtFirst, type StoreOptions, storeCoinFlips } from './objects.ts'
import {
  type Operator,
  type OperatorOptions,
  startControllerRuntime,
  startWithMetacontroller,
} from './operators.ts'
import { measureRestarts } from './restarts.ts'
import { openWatcher, type Watcher } from './watcher.ts'

/** An operator under measurement, with the way in which its objects are stored. */
export interface SystemUnderTest extends Omit<StoreOptions, 'count'> {
  name: string
  start(options: OperatorOptions): Promise<Operator>
}

/** Stamped objects have the finalizer from the start, as `manifests/admission` adds it. */
export const systems = {
  stamped: { name: 'this operator, stamped', finalizer, start: startWithMetacontroller },
  go: { name: 'Go', start: startControllerRuntime },
  own: { name: 'this operator', start: startWithMetacontroller },
  stampedGo: { name: 'Go, stamped', finalizer, start: startControllerRuntime },
} as const satisfies Record<string, SystemUnderTest>

/** What one system did on a control plane and a broker of its own. */
export interface Result {
  name: string
  count: number
  /** From the start of the operator to the last correct status and stored message. */
  seconds: number
  /** Until then. */
  costs: Costs
  /** By their rate a second. */
  flips: Record<number, Delays>
  /** Milliseconds from a flip right after the kill to its message, by what was killed. */
  restarts: Record<string, number>
}

/** How many objects there are, and what is done after all of them are settled. */
export interface Plan {
  count: number
  flips?: readonly Omit<Flips, 'from'>[]
  /** Whether its programs are killed and started again. */
  restarts?: boolean
}

const limitMs = 120_000
/** Allows a fifth of the expected rate. */
const msEach = 30

/** Waits until all objects have their first status and message. */
export function waitUntilSettled(watcher: Watcher, count: number): Promise<void> {
  return watcher.complete(flipsAtFirst, firstMilestone, count, limitMs + count * msEach)
}

/** Measures one system on a control plane and a broker of its own. */
export async function runSystem(
  { name, start, ...how }: SystemUnderTest,
  environment: OperatorEnvironment,
  { count, flips: planned = [], restarts: isKilled = false }: Plan,
): Promise<Result> {
  const cluster = await startCluster(environment)
  await storeCoinFlips(cluster.coinFlips, { ...how, count })
  const watcher = await openWatcher(cluster)
  const begun = performance.now()
  const before = readCosts(cluster.pids)
  const operator = await start({ ...environment, cluster })
  await waitUntilSettled(watcher, count)
  const seconds = (performance.now() - begun) / 1000
  const costs = readCosts({ ...operator.pids, ...cluster.pids }, before)
  const flips: Result['flips'] = {}
  let from = 0
  for (const { perSecond, count } of planned) {
    await waitUntilQuiet({ ...operator.pids, ...cluster.pids })
    flips[perSecond] = await appendFlips(cluster, watcher, { perSecond, count, from })
    from += count
  }
  const restarts = isKilled ? await measureRestarts(cluster, watcher, operator, from) : {}
  await watcher.stop()
  await operator.stop()
  await cluster.stop()
  return { name, count, seconds, costs, flips, restarts }
}
