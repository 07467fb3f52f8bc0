import { setTimeout as delay } from 'node:timers/promises'
import { startRelay } from '../lib/relay.ts'
import { type Replica, type ReplicaOptions, startReplica } from './replica.ts'

/** The service's replicas behind one address, as a Service of Kubernetes has them. */
export type Replicas = Awaited<ReturnType<typeof startReplicas>>

/** From the end of a replica until no new connection goes there. */
const noticeMs = 200

export async function startReplicas(
  options: ReplicaOptions & { count: number; probePeriodMs: number; probeLimitMs: number },
) {
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
  const replicaAt = (slot: number) => slots[slot] as Replica

  // A relay instead of a network namespace: it needs no rights and works on every platform, and a
  // connection that is held stays open for both sides, as one whose packets are dropped.
  const balancer = await startRelay(() => {
    const ready = [...endpoints].filter((replica) => replica.isReady())
    return ready[Math.floor(Math.random() * ready.length)]?.port
  })
  const prober = setInterval(() => {
    for (const replica of endpoints) {
      void replica.probe(options.probeLimitMs)
      highestMb = Math.max(highestMb, replica.highestMb())
    }
  }, options.probePeriodMs)

  slots.push(...(await Promise.all(Array.from({ length: options.count }, launch))))
  return {
    /** Port of the balancer: each new connection goes to some ready replica. */
    port: balancer.port,
    /** Errors of the service itself: unexpected ends, and errors in its logs. */
    errors,
    /** Highest resident memory of a replica. */
    highestMb: () => highestMb,
    /** Of the present processes. */
    pids: () => slots.map(({ pid }) => pid),
    /** SIGKILL; another replica is started after so many milliseconds, or when that is done. */
    kill: (slot: number, downtime: number | Promise<unknown>) =>
      inTurn(slot, async () => {
        await end(replicaAt(slot), 'kill')
        await (typeof downtime === 'number' ? delay(downtime) : downtime)
        slots[slot] = await launch()
      }),
    /** SIGSTOP, and SIGCONT after a while unless it was killed meanwhile. */
    async freeze(slot: number, forMs: number) {
      const replica = replicaAt(slot)
      replica.freeze()
      await delay(forMs)
      replica.thaw()
    },
    /** Drops all packets to it for a while: no call, nothing from nats-server, no reset. */
    async isolate(slot: number, forMs: number) {
      const replica = replicaAt(slot)
      replica.isolate()
      balancer.hold(replica.port, 'both')
      await delay(forMs)
      balancer.release(replica.port)
      replica.rejoin()
    },
    /** A rolling update: an old one is removed from the endpoints when a new one is ready. */
    async replaceAll(preStopMs: number) {
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
