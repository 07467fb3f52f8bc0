import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { type CallResults, sendCalls } from '../../lib/load/caller.ts'
import { residentMb } from '../../lib/process-stat.ts'
import { type SystemUnderTest, usualMix } from '../lib/system-under-test.ts'
import { type Observations, watchService } from '../lib/watch.ts'
import { callWithLargeBodies, recovers } from './large-bodies.ts'
import { type LightLoad, measureLightLoad } from './light-load.ts'

/** How many seconds each part of a run takes. */
export interface Durations {
  capacity: number
  load: number
  lightLoad: number
  largeBodies: number
}

/** What a run of `make overload` measured. */
export interface OverloadResults {
  capacity: CallResults
  load: CallResults
  observed: Observations
  /** Highest resident memory after the load, before the large bodies. */
  peakMb: number
  before: LightLoad
  after: LightLoad
  largeBodies: CallResults
  hasRecovered: boolean
  /** Highest resident memory at the end. */
  highestMb: number
  kills: number
  ended: string | undefined
}

const factor = 3
/** So many calls in flight, each on its own connection of HTTP/1.1, that waiting calls delay none. */
const inFlight = { workers: 500, idleConnections: 500 }
/** Enough to keep the service busy, too few for a refusal. */
const closedLoop = { workers: 32, idleConnections: 32 }
const restMs = 5_000
const recoveryLimitMs = 15_000

/** Finds the capacity, calls at three times that, and then with large bodies. */
export async function measureOverload(
  system: SystemUnderTest,
  durations: Durations,
  log: (line: string) => void,
): Promise<OverloadResults> {
  const { service, caller, bodies, deployed } = system
  const parts = usualMix(bodies)
  const findCapacity = () =>
    sendCalls(caller, { parts, seconds: durations.capacity, ...closedLoop })
  log('warming up')
  await findCapacity()
  log('measuring the capacity')
  const capacity = await findCapacity()
  const before = await measureLightLoad(system, durations.lightLoad)

  const rate = (factor * capacity.admitted.calls) / capacity.seconds
  log(`${rate.toFixed(0)} calls a second for ${durations.load} s`)
  const watch = watchService(service, 250, deployed.liveness.timeoutMs)
  const load = await sendCalls(caller, { parts, seconds: durations.load, rate, ...inFlight })
  const observed = await watch.stop()
  const ended = service.ended()
  if (ended)
    throw new UserError(
      [`the service ended under load: ${ended.cause}`, ...service.complaints].join('\n  '),
    )
  const peakMb = residentMb(service.pid).highest
  // Not a wait for a condition: the promise is about the state 5 s after the load.
  await delay(restMs)
  log('light load after the overload')
  const after = await measureLightLoad(system, durations.lightLoad)

  log('large bodies while nats-server is stopped')
  const largeBodies = await callWithLargeBodies(system, durations.largeBodies)
  const hasRecovered = service.ended() === undefined && (await recovers(system, recoveryLimitMs))
  const { group } = service
  return {
    capacity,
    load,
    observed,
    peakMb,
    before,
    after,
    largeBodies,
    hasRecovered,
    // Unknown once the process has ended.
    highestMb: residentMb(service.pid).highest || Number.NaN,
    kills: 'why' in group ? 0 : group.kills(),
    ended: service.ended()?.cause,
  }
}
