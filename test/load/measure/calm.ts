import { residentMb } from '../../lib/process-stat.ts'
import { type Gauges, readGauges } from './metrics.ts'
import { callMixed, type Figures } from './mix.ts'
import type { Inside } from './service.ts'
import type { Tried } from './stand.ts'
import { type Trend, trendOf } from './trend.ts'
import { watchService } from './watch.ts'

/** How the service does under a load that it hardly feels. */
export interface Calm {
  figures: Figures
  gauges: Gauges
  /** Of resident memory, in MB a second. */
  memory: Trend
  residentMb: number
  descriptors: number
  inside: Inside
}

const rate = 50

/** Calls gently for a while. What is asked of the heap comes last, for it takes a while itself. */
export async function measureCalm(tried: Tried, seconds: number): Promise<Calm> {
  const { service, caller, bodies, deployed } = tried
  await readGauges(service.adminUrl)
  const watch = watchService(service, 100, deployed.liveness.timeoutMs)
  const { admitted } = await callMixed(caller, {
    parts: [[bodies.typical, 1]],
    seconds,
    rate,
    inFlight: 8,
  })
  const { memory } = await watch.stop()
  return {
    figures: admitted,
    gauges: await readGauges(service.adminUrl),
    memory: trendOf(memory),
    residentMb: residentMb(service.pid).now,
    descriptors: service.descriptors(),
    inside: await service.inside(),
  }
}
