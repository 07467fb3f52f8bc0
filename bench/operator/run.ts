import { setTimeout as delay } from 'node:timers/promises'
import type { ControlPlane } from './control-plane.ts'
import { type OperatorEnvironment, startCluster } from './environment.ts'
import { appendTail, nameOf, type StoreOptions, storeCoinFlips } from './objects.ts'
import {
  type Operator,
  type OperatorOptions,
  startControllerRuntime,
  startWithMetacontroller,
} from './operators.ts'
import { type Cost, measureCosts } from './processes.ts'
import { openWatcher, type Watcher } from './watcher.ts'

/** An operator under measurement, with the way in which its objects are stored. */
export interface SystemUnderTest extends Omit<StoreOptions, 'count'> {
  name: string
  start(options: OperatorOptions): Promise<Operator>
}

export const startHttp = (options: OperatorOptions) => startWithMetacontroller(options, 'http')
export const startHttp2 = (options: OperatorOptions) => startWithMetacontroller(options, 'https')

export const systems = {
  http: { name: 'this operator', presetFinalizer: false, start: startHttp },
  go: { name: 'controller-runtime', presetFinalizer: false, start: startControllerRuntime },
  presetHttp: { name: 'this operator, preset finalizer', presetFinalizer: true, start: startHttp },
  presetHttp2: {
    name: 'this operator, preset finalizer, HTTP/2',
    presetFinalizer: true,
    start: startHttp2,
  },
  presetGo: {
    name: 'controller-runtime, preset finalizer',
    presetFinalizer: true,
    start: startControllerRuntime,
  },
} as const satisfies Record<string, SystemUnderTest>

/** Milliseconds from each appended flip to its status and to its message. */
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
/** Allows a fifth of the expected rate. */
const msEach = 30
const perSecond = 20
const [flipsAtFirst, flipsLater] = [6, 7]
const [firstFlip, laterFlip] = [3, 7]

/** Waits until all objects have their first status and message. */
export function waitUntilSettled(watcher: Watcher, count: number, forMs = limitMs): Promise<void> {
  return watcher.complete(flipsAtFirst, firstFlip, count, forMs)
}

/**
 * Appends a flip to each of `count` objects, 20 a second, and measures the delays; `from` is the
 * number of objects that already got theirs.
 */
export async function appendFlips(
  plane: ControlPlane,
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

/** Measures one system on a control plane and a broker of its own. */
export async function runSystem(
  system: SystemUnderTest,
  environment: OperatorEnvironment,
  { count, appends }: { count: number; appends: number },
): Promise<Result> {
  const { plane, natsUrl, stop } = await startCluster(environment)
  await storeCoinFlips(plane.coinFlips, { ...system, count })
  const watcher = await openWatcher(plane.coinFlips, natsUrl)
  const begun = performance.now()
  // Its own processes are only known after their start.
  const others = measureCosts({})
  const operator = await system.start({ ...environment, plane, natsUrl })
  const own = measureCosts(operator.pids)
  await waitUntilSettled(watcher, count, limitMs + count * msEach)
  const seconds = (performance.now() - begun) / 1000
  const costs = { ...own(), ...others() }
  const appended = await appendFlips(plane, watcher, Math.min(appends, count))
  await watcher.stop()
  await operator.stop()
  await stop()
  return { name: system.name, count, seconds, costs, appended }
}
