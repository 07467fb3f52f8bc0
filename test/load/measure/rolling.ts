import { setTimeout as delay } from 'node:timers/promises'
import { type Rollout, rollOut, startBalancer } from './balancer.ts'
import { type Service, startService } from './service.ts'
import type { Prepared, Protocol } from './stand.ts'
import { callSteadily, type Steady } from './steady.ts'

/** What rolling restarts over one protocol came to. */
export interface Rolled {
  protocol: Protocol
  calls: Steady
  rollouts: number
  stopMs: number[]
  badEnds: string[]
  complaints: string[]
}

export interface RollingOptions {
  prepared: Prepared
  protocol: Protocol
  leastCalls: number
  tell: (line: string) => void
}

const restMs = 2_000
const limitSeconds = 600
/** The least that is expected of the calls; whether there were enough is seen in the end. */
const perSecond = 600

/** Replaces all replicas, again and again, under steady calls. */
export async function measureRolling(options: RollingOptions): Promise<Rolled> {
  const { prepared, protocol, leastCalls, tell } = options
  const { stand, deployed, binary, bodies } = prepared
  const { entry, broker, tls, pin } = stand
  const own = protocol === 'https' ? { tls } : {}
  const launch = () => startService({ entry, deployed, natsUrl: broker.url, pin, ...own })
  const balancer = await startBalancer()
  let services = await Promise.all(Array.from({ length: deployed.replicas }, launch))
  const all: Service[] = [...services]
  for (const service of services) balancer.add(service)

  const url = `${protocol}://127.0.0.1:${balancer.port}/sync`
  const caFile = protocol === 'https' ? tls.caFile : undefined
  const from = performance.now()
  const calls = callSteadily({ binary, pin, url, caFile, body: bodies.typical, limitSeconds })
  await delay(restMs)
  const done: Rollout[] = []
  do {
    tell(`${protocol}: replacement ${done.length + 1} of all replicas`)
    const rollout = await rollOut(services, launch, balancer, deployed)
    done.push(rollout)
    services = rollout.services
    all.push(...services)
  } while (((performance.now() - from) / 1000) * perSecond < leastCalls)
  await delay(restMs)
  const steady = await calls.stop()
  for (const service of services) await service.stop()
  await balancer.close()
  return {
    protocol,
    calls: steady,
    rollouts: done.length,
    stopMs: done.flatMap(({ stopMs }) => stopMs),
    badEnds: done.flatMap(({ badEnds }) => badEnds),
    complaints: all.flatMap(({ complaints }) => complaints),
  }
}
