import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../hack/lib/wait-for.ts'
import type { Brokers } from '../lib/brokers.ts'
import type { Health } from '../lib/health.ts'
import type { ObservedCoinFlip } from '../lib/plane/coinflips.ts'
import { createRandom } from '../lib/random.ts'
import type { Cluster } from './cluster.ts'
import type { Fault } from './plan-faults.ts'
import type { Replicas } from './replicas.ts'
import type { FaultKind } from './run-size.ts'

const waitLimitMs = 5_000

/** All processes of a run, and what is known of its objects. */
export interface SystemUnderTest {
  brokers: Brokers
  replicas: Replicas
  cluster: Cluster
  health: Health
}

/** Injects one fault; resolves when it is over, to false where it had no target. */
type Injector = (fault: Fault) => Promise<unknown>

/** An earlier state of an object; early in a run there may be none for a moment. */
function findEarlier(
  health: Health,
  { pick }: Fault,
  isWanted: (earlier: ObservedCoinFlip) => boolean = () => true,
): Promise<ObservedCoinFlip | undefined> {
  const look = () => {
    const histories = health
      .notDeleting()
      .map(({ uid }) => health.history(uid).slice(0, -1).filter(isWanted))
      .filter((history) => history.length > 0)
    const history = histories[Math.floor(pick * histories.length)]
    return history && createRandom(pick, 'past').among(history)
  }
  return poll(look, { timeoutMs: waitLimitMs })
}

/** What each kind of fault does to the processes and objects of a run. */
export function injectors(system: SystemUnderTest): Record<FaultKind, Injector> {
  const { brokers, replicas, cluster, health } = system
  const slot = ({ pick }: Fault) => Math.floor(pick * replicas.pids().length)
  let natsTurn: Promise<unknown> = Promise.resolve()

  const ofCluster =
    (kind: FaultKind): Injector =>
    async ({ durationMs }) => {
      await cluster.faults[kind]?.(durationMs)
      return kind in cluster.faults
    }
  async function freezeLeader() {
    const broker = await brokers.leader()
    broker.freeze()
    return broker
  }
  return {
    'replica killed': (fault) => replicas.kill(slot(fault), fault.durationMs),
    'replica frozen': (fault) => replicas.freeze(slot(fault), fault.durationMs),
    'replica unreachable': (fault) => replicas.isolate(slot(fault), fault.durationMs),
    'replicas replaced': ({ durationMs }) => replicas.replaceAll(durationMs),
    'nats-server killed'({ durationMs, frozenFirstMs }) {
      natsTurn = natsTurn.then(async () => {
        const broker = await (frozenFirstMs > 0 ? freezeLeader() : brokers.leader())
        await delay(frozenFirstMs)
        await broker.kill()
        await delay(durationMs)
        await broker.restart()
      })
      return natsTurn
    },
    async 'nats-server frozen'({ durationMs }) {
      // Not while it is starting; but it may well be killed while it is frozen.
      const turn = natsTurn.then(freezeLeader)
      natsTurn = turn
      const broker = await turn
      await delay(durationMs)
      broker.thaw()
    },
    'Metacontroller killed': ofCluster('Metacontroller killed'),
    'API server killed': ofCluster('API server killed'),
    async 'status set back'(fault) {
      const earlier = await findEarlier(health, fault, ({ status }) => status !== undefined)
      if (earlier?.status) await cluster.putStatus(earlier.name, earlier.status)
      return earlier !== undefined
    },
    async 'older object shown'(fault) {
      const earlier = await findEarlier(health, fault)
      if (earlier) await cluster.showOlder(earlier)
      return earlier !== undefined
    },
  }
}
