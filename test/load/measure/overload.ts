import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../../hack/lib/user-error.ts'
import { residentMb } from '../../lib/process-stat.ts'
import { type Calm, measureCalm } from './calm.ts'
import { callHostile, heals } from './hostile.ts'
import { callMixed, type Mixed, usualMix } from './mix.ts'
import type { Tried } from './stand.ts'
import { type Seen, watchService } from './watch.ts'

/** How long each part of a run takes, in seconds. */
export interface Length {
  capacity: number
  load: number
  calm: number
  hostile: number
}

/** What a run of `make overload` measured. */
export interface Overloaded {
  length: Length
  capacity: Mixed
  load: Mixed
  seen: Seen
  /** After the load, before the hostile bodies. */
  peakMb: number
  before: Calm
  after: Calm
  hostile: Mixed
  healed: boolean
  /** In the end. */
  highestMb: number
  groupPeakMb: number | undefined
  kills: number
  ended: string | undefined
}

const factor = 3
/**
 * Calls at once, each over a connection of its own where it is HTTP/1.1: so many that calls which
 * wait do not keep others from being made.
 */
const inFlight = 1024
/** Enough to keep the service busy, too few to have any refused. */
const closed = 32
const restMs = 5_000
const healLimitMs = 15_000

/** Finds the capacity, calls at three times that, and then with hostile bodies. */
export async function measureOverload(
  tried: Tried,
  length: Length,
  tell: (line: string) => void,
): Promise<Overloaded> {
  const { service, caller, bodies, deployed } = tried
  const parts = usualMix(bodies)
  tell('warming up')
  await callMixed(caller, { parts, seconds: length.capacity, inFlight: closed })
  tell('capacity')
  const capacity = await callMixed(caller, { parts, seconds: length.capacity, inFlight: closed })
  const before = await measureCalm(tried, length.calm)

  const rate = (factor * capacity.admitted.calls) / capacity.seconds
  tell(`${rate.toFixed(0)} calls a second for ${length.load} s`)
  const watch = watchService(service, 250, deployed.liveness.timeoutMs)
  const load = await callMixed(caller, { parts, seconds: length.load, rate, inFlight })
  const seen = await watch.stop()
  const ended = service.ended()
  if (ended)
    throw new UserError(
      [`the service ended under load: ${ended.cause}`, ...service.complaints].join('\n  '),
    )
  const peakMb = residentMb(service.pid).highest
  // The one wait that is not for a condition: it is what is promised.
  await delay(restMs)
  tell('after it')
  const after = await measureCalm(tried, length.calm)

  tell('hostile bodies while nats-server stands still')
  const hostile = await callHostile(tried, length.hostile)
  const healed = service.ended() === undefined && (await heals(tried, healLimitMs))
  const { group } = service
  return {
    length,
    capacity,
    load,
    seen,
    peakMb,
    before,
    after,
    hostile,
    healed,
    // Unknown once it has ended.
    highestMb: residentMb(service.pid).highest || Number.NaN,
    groupPeakMb: 'why' in group ? undefined : group.peakMb(),
    kills: 'why' in group ? 0 : group.kills(),
    ended: service.ended()?.cause,
  }
}
