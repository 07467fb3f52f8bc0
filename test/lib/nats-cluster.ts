import { type Broker, startBroker } from '../../hack/lib/broker.ts'
import { freePort } from '../../hack/lib/free-port.ts'
import { isOk } from '../../hack/lib/is-ok.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import type { Brokers } from './brokers.ts'

/** An election takes 4 to 9 s, and longer on a busy machine. */
const leaderLimitMs = 60_000
const agreeLimitMs = 60_000
const formLimitMs = 20_000
const answerLimitMs = 1_000
const mostTries = 3

interface Member {
  name: string
  broker: Broker
  /** Base URL of its monitoring port, which answers without a leader. */
  monitor: string
}

/** A stream on one nats-server, as `/jsz` describes it. */
interface StoredStream {
  name: string
  cluster?: { leader?: string }
  config: { num_replicas: number }
  state: { messages: number; first_seq: number; last_seq: number }
}

const stopAll = (members: readonly Member[]) =>
  Promise.all(members.map(({ broker }) => broker.stop()))

/** Starts servers with routes to each other, each with a store of its own. */
async function startMembers(binary: string, count: number): Promise<Member[]> {
  const plans: { name: string; routePort: number; http: string }[] = []
  for (let i = 1; i <= count; i++) {
    const [routePort, monitorPort] = [await freePort(), await freePort()]
    plans.push({ name: `nats-${i}`, routePort, http: `127.0.0.1:${monitorPort}` })
  }
  // A unique name: servers of another run whose route port is now one of these must not join.
  const cluster = `chaos-${plans.map(({ routePort }) => routePort).join('-')}`
  const routes = plans.map(({ routePort }) => `"nats://127.0.0.1:${routePort}"`).join(', ')
  const started = await Promise.allSettled(
    plans.map(async ({ name, routePort, http }) => {
      // With advertising, clients learn of all servers and connect past the relays.
      const config = `
        server_name: ${name}
        http: "${http}"
        cluster { name: ${cluster}, listen: "127.0.0.1:${routePort}", no_advertise: true, routes: [${routes}] }`
      return { name, monitor: `http://${http}`, broker: await startBroker({ binary, config }) }
    }),
  )
  const members = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = started.find((one) => one.status === 'rejected')
  if (!failed) return members
  await stopAll(members)
  throw failed.reason
}

/** Whether every server is in contact with a leader of the cluster, and up to date. */
async function areHealthy(members: readonly Member[]): Promise<boolean> {
  const answers = await Promise.all(members.map(({ monitor }) => isOk(`${monitor}/healthz`)))
  return answers.every(Boolean)
}

/** Starts a cluster, with retries: on a busy machine 1 of 8 formed none in 60 s. */
async function formCluster(binary: string, count: number): Promise<Member[]> {
  for (let tries = 0; tries < mostTries; tries++) {
    const members = await startMembers(binary, count)
    if (await poll(() => areHealthy(members), { timeoutMs: formLimitMs })) return members
    await stopAll(members)
  }
  throw new UserError(
    `${count} nats-servers formed no cluster in ${formLimitMs / 1000} s, ${mostTries} times`,
  )
}

/** A stream as a nats-server stores it; undefined where it does not, or does not answer. */
async function readStream({ monitor }: Member, stream: string): Promise<StoredStream | undefined> {
  try {
    const signal = AbortSignal.timeout(answerLimitMs)
    const response = await fetch(`${monitor}/jsz?streams=true&config=true`, { signal })
    interface Jsz {
      account_details?: { stream_detail?: StoredStream[] }[]
    }
    const { account_details = [] } = (await response.json()) as Jsz
    const all = account_details.flatMap(({ stream_detail = [] }) => stream_detail)
    return all.find(({ name }) => name === stream)
  } catch {
    return undefined
  }
}

/** Starts a JetStream cluster whose every server is to store the stream. */
export async function startNatsCluster(
  binary: string,
  count: number,
  stream: string,
): Promise<Brokers> {
  const members = await formCluster(binary, count)
  const readAll = () => Promise.all(members.map((member) => readStream(member, stream)))
  return {
    description: `${count} nats-servers, the stream on each of them, faults injected into its leader`,
    ports: members.map(({ broker }) => broker.port),
    url: members[0]?.broker.url ?? '',
    async leader() {
      const findLeader = async () => {
        const views = await readAll()
        if (views.some((view) => view && view.config.num_replicas !== count))
          throw new UserError(`the stream ${stream} is not on all ${count} servers`)
        // By its own view and that of the majority: the others still name a dead leader for a
        // while, and a server that was frozen still takes itself for the leader.
        return members.find(({ name }, i) => {
          const votes = views.filter((view) => view?.cluster?.leader === name).length
          return views[i]?.cluster?.leader === name && votes > count / 2
        })
      }
      const found = await poll(findLeader, { timeoutMs: leaderLimitMs })
      if (found) return found.broker
      throw new UserError(`the stream ${stream} has had no leader for ${leaderLimitMs / 1000} s`)
    },
    async disagreements() {
      let held: string[] = []
      const agree = async () => {
        held = (await readAll()).map((view) => {
          if (!view) return 'nothing'
          const { messages, first_seq, last_seq } = view.state
          return `${messages} messages, ${first_seq} to ${last_seq}`
        })
        // Without a leader of the cluster, a request for the stream gets no response.
        return new Set(held).size === 1 && (await areHealthy(members))
      }
      if (await poll(agree, { timeoutMs: agreeLimitMs, intervalMs: 250 })) return []
      return [`the nats-servers store different messages: ${held.join('; ')}`]
    },
    stop: async () => void (await stopAll(members)),
  }
}
