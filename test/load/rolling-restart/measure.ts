import { setTimeout as delay } from 'node:timers/promises'
import { type CallResults, startCalls } from '../../lib/load/caller.ts'
import type { Service } from '../../lib/load/server.ts'
import { startContainedService } from '../lib/contained-service.ts'
import type { Prepared, Protocol } from '../lib/system-under-test.ts'
import { type Rollout, rollOut, startBalancer } from './balancer.ts'

/** What rolling restarts over one protocol measured. */
export interface RollingResults {
  protocol: Protocol
  calls: CallResults
  rollouts: number
  stopMs: number[]
  badExits: string[]
  complaints: string[]
}

export interface RollingOptions {
  prepared: Prepared
  protocol: Protocol
  minimumCalls: number
  log: (line: string) => void
}

const restMs = 2_000
const limitSeconds = 600
/** A low estimate of the rate; the report checks whether there were enough calls. */
const perSecond = 600
/** About a thousand calls a second. */
const pace = { workers: 50, pauseMs: 45 }

/** Replaces all replicas, again and again, under steady calls. */
export async function measureRolling(options: RollingOptions): Promise<RollingResults> {
  const { prepared, protocol, minimumCalls, log } = options
  const { environment, deployed, binary, bodies } = prepared
  const { entry, broker, pin } = environment
  const tls = protocol === 'https' ? environment.tls : undefined
  const startReplica = () => startContainedService({ entry, natsUrl: broker.url, pin, tls })
  const balancer = await startBalancer()
  let services: Service[] = await Promise.all(
    Array.from({ length: deployed.replicas }, startReplica),
  )
  const all: Service[] = [...services]
  for (const service of services) balancer.add(service)

  const url = `${protocol}://127.0.0.1:${balancer.port}/sync`
  const from = performance.now()
  const calls = startCalls(
    { binary, pin, target: { url, caFile: tls?.caFile } },
    { parts: [[bodies.typical, 1]], seconds: limitSeconds, ...pace },
  )
  await delay(restMs)
  const done: Rollout[] = []
  do {
    log(`${protocol}: replacement ${done.length + 1} of all replicas`)
    const rollout = await rollOut(services, startReplica, balancer, deployed)
    done.push(rollout)
    services = rollout.services
    all.push(...services)
  } while (((performance.now() - from) / 1000) * perSecond < minimumCalls)
  await delay(restMs)
  const results = await calls.stop()
  for (const service of services) await service.stop()
  await balancer.close()
  return {
    protocol,
    calls: results,
    rollouts: done.length,
    stopMs: done.flatMap(({ stopMs }) => stopMs),
    badExits: done.flatMap(({ badExits }) => badExits),
    complaints: all.flatMap(({ complaints }) => complaints),
  }
}
