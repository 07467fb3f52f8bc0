import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Deployed } from '../../lib/deployment.ts'
import type { Service } from '../../lib/load/server.ts'
import { startRelay } from '../../lib/relay.ts'

/** Balances connections as a Service of Kubernetes does. */
export interface Balancer {
  readonly port: number
  add(service: Service): void
  /** Sends no new connections there; open ones stay until one of their ends closes them. */
  drain(service: Service): void
  /** Closes the remaining connections, after the process has ended. */
  remove(service: Service): void
  close(): Promise<void>
}

const portOf = ({ url }: Service) => Number(new URL(url).port)

/** Sends each new connection to a random endpoint, as kube-proxy does. */
export async function startBalancer(): Promise<Balancer> {
  const endpoints = new Set<Service>()
  const relay = await startRelay(() => {
    const all = [...endpoints]
    const chosen = all[Math.floor(Math.random() * all.length)]
    return chosen && portOf(chosen)
  })
  return {
    port: relay.port,
    add: (service) => void endpoints.add(service),
    drain: (service) => void endpoints.delete(service),
    remove: (service) => relay.cut(portOf(service)),
    close: () => relay.close(),
  }
}

/** One replacement of all replicas. */
export interface Rollout {
  services: Service[]
  /** From SIGTERM to the end of each old process. */
  stopMs: number[]
  /** Causes of ends other than exit code 0. */
  badExits: string[]
}

/**
 * From the last new connection that a node sends to a pod in deletion until its SIGTERM. preStop
 * gives nodes the time to learn of the deletion; here they take nearly all of it.
 */
const marginMs = 20

/** Opens a connection without using it, as Go does when another one becomes free first. */
async function openUnused(service: Service): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: portOf(service) })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Replaces the replicas one by one as the Deployment does: starts a new one, then ends an old one. */
export async function rollOut(
  old: readonly Service[],
  startReplica: () => Promise<Service>,
  balancer: Balancer,
  { preStopMs }: Deployed,
): Promise<Rollout> {
  const result: Rollout = { services: [], stopMs: [], badExits: [] }
  for (const service of old) {
    const fresh = await startReplica()
    result.services.push(fresh)
    balancer.add(fresh)
    // These are the delays of a cluster, not waits for a condition.
    const unused = await openUnused(service)
    await delay(preStopMs - marginMs)
    balancer.drain(service)
    await delay(marginMs)
    const from = performance.now()
    const { cause } = await service.stop()
    result.stopMs.push(performance.now() - from)
    if (cause !== 'exit code 0') result.badExits.push(cause)
    unused.destroy()
    balancer.remove(service)
  }
  return result
}
