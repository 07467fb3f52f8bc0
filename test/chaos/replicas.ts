import { setTimeout as delay } from 'node:timers/promises'
import { startRelay } from '../lib/relay.ts'
import { type Replica, type ReplicaOptions, startReplica } from './replica.ts'

/** The service's replicas behind one address, as a Service of Kubernetes has them. */
export interface Replicas {
  /** Port of the balancer: each new connection goes to some ready replica. */
  readonly port: number
  /** Errors of the service itself: unexpected ends, and errors in its logs. */
  readonly errors: string[]
  /** Highest resident memory of a replica. */
  readonly highestMb: number
  /** Of the present processes. */
  readonly pids: number[]
  /** SIGKILL; another replica is started after so many milliseconds, or when that is done. */
  kill(slot: number, downtime: number | Promise<unknown>): Promise<void>
  /** SIGSTOP, and SIGCONT after a while unless it was killed meanwhile. */
  freeze(slot: number, forMs: number): Promise<void>
  /** Drops all packets to it for a while: no call, nothing from nats-server, no reset. */
  isolate(slot: number, forMs: number): Promise<void>
  /** A rolling update: an old one is removed from the endpoints when a new one is ready. */
  replaceAll(preStopMs: number): Promise<void>
  stop(): Promise<void>
}

export interface ReplicasOptions extends ReplicaOptions {
  count: number
  probePeriodMs: number
  probeLimitMs: number
}

/** From the end of a replica until no new connection goes there. */
const noticeMs = 200

export async function startReplicas(options: ReplicasOptions): Promise<Replicas> {
  const errors: string[] = []
  const endpoints = new Set<Replica>()
  const slots: Replica[] = []
  // One change at a time for each slot: a new process must be ready before the next one.
  const turns: Promise<void>[] = []
  let stopping = false
  let highestMb = 0

  function inTurn(slot: number, work: () => Promise<void>): Promise<void> {
    const turn = (turns[slot] ?? Promise.resolve()).then(() => (stopping ? undefined : work()))
    turns[slot] = turn.catch(() => {})
    return turn
  }
  async function launch(): Promise<Replica> {
    const replica = await startReplica(options)
    endpoints.add(replica)
    return replica
  }
  async function end(replica: Replica, how: 'kill' | 'stop'): Promise<void> {
    errors.push(...(await replica.end(how)))
    await delay(stopping ? 0 : noticeMs)
    endpoints.delete(replica)
    balancer.cut(replica.port)
    balancer.release(replica.port)
  }
  function replicaAt(slot: number): Replica {
    const replica = slots[slot]
    if (!replica) throw new Error(`there is no replica ${slot}`)
    return replica
  }

  // A relay instead of a network namespace: it needs no rights and works on every platform, and a
  // connection that is held stays open for both sides, as one whose packets are dropped.
  const balancer = await startRelay(() => {
    const ready = [...endpoints].filter((replica) => replica.ready)
    return ready[Math.floor(Math.random() * ready.length)]?.port
  })
  const prober = setInterval(() => {
    for (const replica of endpoints) {
      void replica.probe(options.probeLimitMs)
      highestMb = Math.max(highestMb, replica.highestMb)
    }
  }, options.probePeriodMs)

  slots.push(...(await Promise.all(Array.from({ length: options.count }, launch))))
  return {
    port: balancer.port,
    errors,
    get highestMb() {
      return highestMb
    },
    get pids() {
      return slots.map(({ pid }) => pid)
    },
    kill: (slot, downtime) =>
      inTurn(slot, async () => {
        await end(replicaAt(slot), 'kill')
        await (typeof downtime === 'number' ? delay(downtime) : downtime)
        slots[slot] = await launch()
      }),
    async freeze(slot, forMs) {
      const replica = replicaAt(slot)
      replica.freeze()
      await delay(forMs)
      replica.thaw()
    },
    async isolate(slot, forMs) {
      const replica = replicaAt(slot)
      replica.isolate()
      balancer.hold(replica.port, 'both')
      await delay(forMs)
      balancer.release(replica.port)
      replica.rejoin()
    },
    async replaceAll(preStopMs) {
      for (const slot of slots.keys())
        await inTurn(slot, async () => {
          const old = replicaAt(slot)
          slots[slot] = await launch()
          endpoints.delete(old)
          await delay(preStopMs)
          await end(old, 'stop')
        })
    },
    async stop() {
      stopping = true
      clearInterval(prober)
      await Promise.all(turns)
      await Promise.all(slots.map((replica) => end(replica, 'stop')))
      await balancer.close()
    },
  }
}
