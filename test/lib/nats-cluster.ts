import { type Broker, startBroker } from '../../hack/lib/broker.ts'
import { freePort } from '../../hack/lib/free-port.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import type { Brokers } from './brokers.ts'
import { type GroupView, readView, type View } from './nats-view.ts'

/** An election takes 4 to 9 s, and longer on a busy machine. */
const leaderLimitMs = 60_000
const agreeLimitMs = 60_000
const formLimitMs = 20_000
const mostTries = 3

interface Member {
  name: string
  broker: Broker
  monitorPort: number
}

/** Starts servers with routes to each other, each with a store of its own. */
async function startMembers(binary: string, count: number): Promise<Member[]> {
  const plans: { name: string; routePort: number; monitorPort: number }[] = []
  for (let i = 1; i <= count; i++)
    plans.push({
      name: `nats-${i}`,
      routePort: await freePort(),
      monitorPort: await freePort(),
    })
  // A unique name: servers of another run whose route port is now one of these must not join.
  const cluster = `chaos-${plans.map(({ routePort }) => routePort).join('-')}`
  const routes = plans.map(({ routePort }) => `"nats://127.0.0.1:${routePort}"`).join(', ')
  // With advertising, clients learn of all servers and connect past the relays.
  const configOf = ({ name, routePort, monitorPort }: (typeof plans)[number]) => `
    server_name: ${name}
    http: "127.0.0.1:${monitorPort}"
    cluster { name: ${cluster}, listen: "127.0.0.1:${routePort}", no_advertise: true, routes: [${routes}] }`
  const started = await Promise.allSettled(
    plans.map(async (plan) => {
      const broker = await startBroker({ binary, config: configOf(plan) })
      return { name: plan.name, monitorPort: plan.monitorPort, broker }
    }),
  )
  const members = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = started.find((one) => one.status === 'rejected')
  if (!failed) return members
  await Promise.all(members.map(({ broker }) => broker.stop()))
  throw failed.reason
}

const stopAll = (members: readonly Member[]) =>
  Promise.all(members.map(({ broker }) => broker.stop()))

/**
 * The leader of a group by its own view and that of the majority: the others still name a dead
 * leader for a while, and a server that was frozen still takes itself for the leader.
 */
function leaderAmong(
  members: readonly Member[],
  views: readonly View[],
  group: (view: View) => GroupView | undefined,
): { member: Member; own: GroupView } | undefined {
  for (const [i, member] of members.entries()) {
    const own = group(views[i] ?? {})
    const votes = views.filter((view) => group(view)?.leader === member.name).length
    if (own?.leader === member.name && votes > members.length / 2) return { member, own }
  }
  return undefined
}

const readViews = (members: readonly Member[], stream: string) =>
  Promise.all(members.map(({ monitorPort }) => readView(monitorPort, stream)))

/** Starts a cluster, with retries: on a busy machine 1 of 8 formed none in 60 s. */
async function formCluster(binary: string, count: number): Promise<Member[]> {
  for (let tries = 0; tries < mostTries; tries++) {
    const members = await startMembers(binary, count)
    const formed = await poll(
      async () => {
        const views = await readViews(members, '')
        const meta = leaderAmong(members, views, (view) => view.meta)
        return meta?.own.currentFollowers === count - 1
      },
      { timeoutMs: formLimitMs },
    )
    if (formed) return members
    await stopAll(members)
  }
  throw new UserError(
    `${count} nats-servers formed no cluster in ${formLimitMs / 1000} s, ${mostTries} times`,
  )
}

/** Starts a JetStream cluster whose every server is to store the stream. */
export async function startNatsCluster(
  binary: string,
  count: number,
  stream: string,
): Promise<Brokers> {
  const members = await formCluster(binary, count)
  const look = () => readViews(members, stream)
  const leaderOf = (views: readonly View[], group: (view: View) => GroupView | undefined) =>
    leaderAmong(members, views, group)
  return {
    description: `${count} nats-servers, the stream on each of them, faults injected into its leader`,
    ports: members.map(({ broker }) => broker.port),
    url: members[0]?.broker.url ?? '',
    async leader() {
      let found: ReturnType<typeof leaderOf>
      const isThere = async () => {
        const views = await look()
        found = leaderOf(views, (view) => view.stream)
        if (views.some(({ stream: own }) => own && own.replicas !== count))
          throw new UserError(`the stream ${stream} is not on all ${count} servers`)
        return found !== undefined
      }
      if (!(await poll(isThere, { timeoutMs: leaderLimitMs })) || !found)
        throw new UserError(`the stream ${stream} has had no leader for ${leaderLimitMs / 1000} s`)
      return found.member.broker
    },
    async disagreements() {
      let held: string[] = []
      const agree = async () => {
        const views = await look()
        held = views.map(({ stream: view }) => view?.held ?? 'nothing')
        // Without a leader of the cluster, a request for the stream gets no response.
        const led = leaderOf(views, (view) => view.meta) && leaderOf(views, (view) => view.stream)
        return led !== undefined && new Set(held).size === 1
      }
      if (await poll(agree, { timeoutMs: agreeLimitMs, intervalMs: 250 })) return []
      return [`the nats-servers store different messages: ${held.join('; ')}`]
    },
    stop: async () => void (await stopAll(members)),
  }
}
