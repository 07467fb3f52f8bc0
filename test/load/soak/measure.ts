import { say } from '../../../hack/lib/script.ts'
import { sendCalls } from '../../lib/load/caller.ts'
import { measureCapacity, type SystemUnderTest, usualMix } from '../lib/system-under-test.ts'
import { averaged, type Point, type Trend, trendOf } from '../lib/trend.ts'
import { watchService } from '../lib/watch.ts'

/** What a run of `make soak` measured. */
export type SoakResults = Awaited<ReturnType<typeof measureSoak>>

const inFlight = { workers: 64, idle: 64 }
const capacitySeconds = 10
/** Longer than the swings of resident memory, which come with each garbage collection. */
const spanSeconds = 5
/** Share of the load until the heap, shrunk by the first reading, has grown again. */
const settlingShare = 0.2

/** The trend of memory after the heap has grown to what the load needs. */
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

/** Finds the capacity, and calls at half of it for some minutes. */
export async function measureSoak(system: SystemUnderTest, minutes: number) {
  const { service, caller, bodies, deployed } = system
  const capacity = await measureCapacity(system, capacitySeconds)
  const half = { mix: usualMix(bodies), rate: capacity / 2, ...inFlight }
  say('warming up')
  await sendCalls(caller, { ...half, seconds: minutes * 6 })
  const before = await service.readState()
  say(`${half.rate.toFixed(0)} calls a second for ${minutes} minutes`)
  const unwatch = watchService(service, 1000, deployed.liveness.timeoutMs)
  const load = await sendCalls(caller, { ...half, seconds: minutes * 60 })
  const { memory, slowest } = await unwatch()
  return {
    /** Calls a second. */
    capacity,
    load,
    slowest,
    /** Of resident memory, in MB. */
    memory: settledTrend(memory),
    /** Between the warm-up and the load, and after it. */
    before,
    after: await service.readState(),
    ended: service.ended()?.cause,
  }
}
