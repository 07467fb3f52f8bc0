import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { say } from '../../../hack/lib/script.ts'
import { type CallResults, startCalls } from '../../lib/load/caller.ts'
import { startRelay } from '../../lib/relay.ts'
import { type ContainedService, startContainedService } from '../lib/contained-service.ts'
import type { Prepared, Protocol } from '../lib/system-under-test.ts'

/** What rolling restarts over one protocol measured. */
export interface RollingResults {
  protocol: Protocol
  load: CallResults
  rollouts: number
  /** From SIGTERM to the end of each old process. */
  stopMs: number[]
  /** Causes of ends other than exit code 0. */
  badExits: string[]
  complaints: string[]
}

const restMs = 2_000
const limitSeconds = 600
/** A low estimate of the rate; the report checks whether there were enough calls. */
const perSecond = 600
/** About a thousand calls a second. */
const pace = { workers: 50, pauseMs: 45 }
/**
 * From the last new connection that a node sends to a pod in deletion until its SIGTERM. preStop
 * gives nodes the time to learn of the deletion; here they take nearly all of it.
 */
const marginMs = 20

const portOf = ({ url }: ContainedService) => Number(new URL(url).port)

/** Opens a connection without using it, as Go does when another one becomes free first. */
async function openUnused(port: number) {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Replaces all replicas, one by one, again and again, under steady calls. */
export async function measureRolling(
  prepared: Prepared,
  protocol: Protocol,
  minimumCalls: number,
): Promise<RollingResults> {
  const { deployed, binary, bodies, entry, broker, pin } = prepared
  const tls = protocol === 'https' ? prepared.tls : undefined
  const startReplica = () => startContainedService({ entry, natsUrl: broker.url, pin, tls })
  let services = await Promise.all(Array.from({ length: deployed.replicas }, startReplica))
  const all = [...services]
  // Like kube-proxy it sends each new connection to a random endpoint.
  const endpoints = new Set(services)
  const balancer = await startRelay(() => {
    const chosen = [...endpoints][Math.floor(Math.random() * endpoints.size)]
    return chosen && portOf(chosen)
  })
  const results = { rollouts: 0, stopMs: [] as number[], badExits: [] as string[] }

  /** As the Deployment does: starts a new one, then ends the old one. */
  async function replace(old: ContainedService): Promise<ContainedService> {
    const fresh = await startReplica()
    endpoints.add(fresh)
    // These are the delays of a cluster, not waits for a condition.
    const unused = await openUnused(portOf(old))
    await delay(deployed.preStopMs - marginMs)
    endpoints.delete(old)
    await delay(marginMs)
    const from = performance.now()
    const { cause } = await old.stop()
    results.stopMs.push(performance.now() - from)
    if (cause !== 'exit code 0') results.badExits.push(cause)
    unused.destroy()
    balancer.cut(portOf(old))
    return fresh
  }

  const url = `${protocol}://127.0.0.1:${balancer.port}/sync`
  const from = performance.now()
  const calls = startCalls(
    { binary, pin, target: { url, caFile: tls?.caFile } },
    { mix: [[bodies.typical, 1]], seconds: limitSeconds, ...pace },
  )
  await delay(restMs)
  do {
    results.rollouts += 1
    say(`${protocol}: replacement ${results.rollouts} of all replicas`)
    const present = services
    services = []
    for (const old of present) services.push(await replace(old))
    all.push(...services)
  } while (((performance.now() - from) / 1000) * perSecond < minimumCalls)
  await delay(restMs)
  const load = await calls.stop()
  for (const service of services) await service.stop()
  await balancer.close()
  const complaints = all.flatMap((service) => service.complaints)
  return { protocol, load, ...results, complaints }
}
