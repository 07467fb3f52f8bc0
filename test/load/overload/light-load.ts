import { type Latencies, sendCalls } from '../../lib/load/caller.ts'
import { residentMb } from '../../lib/process-stat.ts'
import type { HeapReport } from '../lib/contained-service.ts'
import { type Gauges, readGauges } from '../lib/metrics.ts'
import type { SystemUnderTest } from '../lib/system-under-test.ts'
import { type Trend, trendOf } from '../lib/trend.ts'
import { watchService } from '../lib/watch.ts'

/** How the service does under a load far below its capacity. */
export interface LightLoad {
  latencies: Latencies
  gauges: Gauges
  /** Of resident memory, in MB a second. */
  memory: Trend
  residentMb: number
  descriptors: number
  heap: HeapReport
}

const rate = 50

/** Calls 50 times a second. The heap is read last, since its garbage collection takes a while. */
export async function measureLightLoad(
  system: SystemUnderTest,
  seconds: number,
): Promise<LightLoad> {
  const { service, caller, bodies, deployed } = system
  await readGauges(service.adminUrl)
  const watch = watchService(service, 100, deployed.liveness.timeoutMs)
  const { admitted } = await sendCalls(caller, {
    parts: [[bodies.typical, 1]],
    seconds,
    rate,
    workers: 8,
    idleConnections: 8,
  })
  const { memory } = await watch.stop()
  return {
    latencies: admitted,
    gauges: await readGauges(service.adminUrl),
    memory: trendOf(memory),
    residentMb: residentMb(service.pid).now,
    descriptors: service.descriptors(),
    heap: await service.readHeap(),
  }
}
