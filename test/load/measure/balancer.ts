import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Deployed } from '../../lib/deployment.ts'
import { startRelay } from '../../lib/relay.ts'
import type { Service } from './service.ts'

/** What stands behind a Service of Kubernetes, in as far as connections tell. */
export interface Balancer {
  readonly port: number
  add(service: Service): void
  /** New connections go there no more; present ones stay until one of their ends closes them. */
  drain(service: Service): void
  /** After its process has ended: what is left of its connections is closed. */
  remove(service: Service): void
  close(): Promise<void>
}

const portOf = ({ url }: Service) => Number(new URL(url).port)

/** Spreads new connections over the endpoints by chance, as kube-proxy does. */
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

/** What one replacement of all replicas came to. */
export interface Rollout {
  services: Service[]
  /** From SIGTERM to the end of each old process. */
  stopMs: number[]
  /** Ends that were not of their own accord with exit code 0. */
  badEnds: string[]
}

/**
 * Between the last new connection that a node sends to a pod in deletion and its SIGTERM. preStop
 * is there for nodes to learn of the deletion; here they take nearly all of that time.
 */
const marginMs = 20

/** A connection that is opened and not used: Go opens such when another one becomes free first. */
async function openUnused(service: Service): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: portOf(service) })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Replaces the replicas one by one as the Deployment does: a new one first, then an old one. */
export async function rollOut(
  old: readonly Service[],
  launch: () => Promise<Service>,
  balancer: Balancer,
  { preStopMs }: Deployed,
): Promise<Rollout> {
  const result: Rollout = { services: [], stopMs: [], badEnds: [] }
  for (const service of old) {
    const fresh = await launch()
    result.services.push(fresh)
    balancer.add(fresh)
    // These are the delays of a cluster, not waits for something here.
    const unused = await openUnused(service)
    await delay(preStopMs - marginMs)
    balancer.drain(service)
    await delay(marginMs)
    const from = performance.now()
    const { cause } = await service.stop()
    result.stopMs.push(performance.now() - from)
    if (cause !== 'exit code 0') result.badEnds.push(cause)
    unused.destroy()
    balancer.remove(service)
  }
  return result
}
