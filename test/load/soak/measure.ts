import { type CallResults, sendCalls } from '../../lib/load/caller.ts'
import type { HeapReport } from '../lib/contained-service.ts'
import { readGauges } from '../lib/metrics.ts'
import { type SystemUnderTest, usualMix } from '../lib/system-under-test.ts'
import { averaged, type Point, type Trend, trendOf } from '../lib/trend.ts'
import { type Observations, watchService } from '../lib/watch.ts'

/** What is open in the idle service, and what its heap holds. */
export interface IdleState {
  heap: HeapReport
  descriptors: number
  inFlight: number
}

/** What a run of `make soak` measured. */
export interface SoakResults {
  capacity: number
  load: CallResults
  observed: Observations
  /** Of resident memory, in MB an hour, after the warm-up. */
  memory: Trend
  meanMb: number
  /** Between the warm-up and the load, and after it. */
  before: IdleState
  after: IdleState
  ended: string | undefined
}

const closedLoop = { workers: 32, idleConnections: 32 }
const inFlight = { workers: 64, idleConnections: 64 }
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

async function readIdleState({ service }: SystemUnderTest): Promise<IdleState> {
  const { inFlight } = await readGauges(service.adminUrl)
  return { heap: await service.readHeap(), descriptors: service.descriptors(), inFlight }
}

/** Finds the capacity, and calls at half of it for some minutes. */
export async function measureSoak(
  system: SystemUnderTest,
  minutes: number,
  log: (line: string) => void,
): Promise<SoakResults> {
  const { service, caller, bodies, deployed } = system
  const parts = usualMix(bodies)
  const findCapacity = () => sendCalls(caller, { parts, seconds: capacitySeconds, ...closedLoop })
  log('measuring the capacity')
  await findCapacity()
  const best = await findCapacity()
  const capacity = best.admitted.calls / best.seconds
  const rate = capacity / 2
  log('warming up')
  await sendCalls(caller, { parts, seconds: minutes * 6, rate, ...inFlight })
  const before = await readIdleState(system)
  log(`${rate.toFixed(0)} calls a second for ${minutes} minutes`)
  const watch = watchService(service, 1000, deployed.liveness.timeoutMs)
  const load = await sendCalls(caller, { parts, seconds: minutes * 60, rate, ...inFlight })
  const observed = await watch.stop()
  const after = await readIdleState(system)
  const { perHour, mean } = settledTrend(observed.memory)
  const ended = service.ended()?.cause
  return { capacity, load, observed, memory: perHour, meanMb: mean, before, after, ended }
}
