import { readGauges } from './metrics.ts'
import { callMixed, type Mixed, usualMix } from './mix.ts'
import type { Inside } from './service.ts'
import type { Tried } from './stand.ts'
import { averaged, type Point, type Trend, trendOf } from './trend.ts'
import { type Seen, watchService } from './watch.ts'

/** What is open at rest, and what the heap holds. */
export interface Rest {
  inside: Inside
  descriptors: number
  inFlight: number
}

/** What a run of `make soak` measured. */
export interface Soaked {
  capacity: number
  load: Mixed
  seen: Seen
  /** Of resident memory, in MB an hour, from the end of the warm-up on. */
  memory: Trend
  meanMb: number
  /** Between the warm-up and the load, and after it. */
  before: Rest
  after: Rest
  ended: string | undefined
}

const closed = 32
const inFlight = 64
const capacitySeconds = 10
/** Resident memory swings with each garbage collection, several times in such a span. */
const spanSeconds = 5
/** Of the load, which begins with a heap that was made small for the first look. */
const settlingShare = 0.2

/** The trend of what comes after the heap has grown to what the load needs. */
export function settledTrend(memory: readonly Point[]): { perHour: Trend; mean: number } {
  const end = memory.at(-1)?.at ?? 0
  const settled = averaged(
    memory.filter(({ at }) => at >= end * settlingShare),
    spanSeconds,
  )
  const { slope, standardError } = trendOf(settled)
  const mean = settled.reduce((sum, { value }) => sum + value, 0) / settled.length
  return { perHour: { slope: slope * 3600, standardError: standardError * 3600 }, mean }
}

async function atRest({ service }: Tried): Promise<Rest> {
  const { inFlight } = await readGauges(service.adminUrl)
  return { inside: await service.inside(), descriptors: service.descriptors(), inFlight }
}

/** Finds the capacity, and calls at half of it for a long time. */
export async function measureSoak(
  tried: Tried,
  minutes: number,
  tell: (line: string) => void,
): Promise<Soaked> {
  const { service, caller, bodies, deployed } = tried
  const parts = usualMix(bodies)
  tell('capacity')
  await callMixed(caller, { parts, seconds: capacitySeconds, inFlight: closed })
  const best = await callMixed(caller, { parts, seconds: capacitySeconds, inFlight: closed })
  const capacity = best.admitted.calls / best.seconds
  const rate = capacity / 2
  tell('warming up')
  await callMixed(caller, { parts, seconds: minutes * 6, rate, inFlight })
  const before = await atRest(tried)
  tell(`${rate.toFixed(0)} calls a second for ${minutes} minutes`)
  const watch = watchService(service, 1000, deployed.liveness.timeoutMs)
  const load = await callMixed(caller, { parts, seconds: minutes * 60, rate, inFlight })
  const seen = await watch.stop()
  const after = await atRest(tried)
  const { perHour, mean } = settledTrend(seen.memory)
  const ended = service.ended()?.cause
  return { capacity, load, seen, memory: perHour, meanMb: mean, before, after, ended }
}
