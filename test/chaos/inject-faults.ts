import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../hack/lib/wait-for.ts'
import type { Brokers } from '../lib/brokers.ts'
import type { ObservedCoinFlip } from '../lib/plane/coinflips.ts'
import { createRandom } from '../lib/random.ts'
import type { Cluster } from './cluster.ts'
import type { Health } from './health.ts'
import type { Fault } from './plan-faults.ts'
import type { Replicas } from './replicas.ts'
import type { FaultKind } from './run-size.ts'

const waitLimitMs = 5_000

/** All processes of a run, and what is known of its objects. */
export interface SystemUnderTest {
  brokers: Brokers
  replicas: Replicas
  replicaCount: number
  cluster: Cluster
  health: Health
}

/** Injects one fault; resolves when it is over, to false where it had no target. */
export type Injector = (fault: Fault) => Promise<boolean>

/** An earlier state of an object; early in a run there may be none for a moment. */
async function findEarlier(
  health: Health,
  { pick }: Fault,
  isWanted: (earlier: ObservedCoinFlip) => boolean,
): Promise<ObservedCoinFlip | undefined> {
  let found: ObservedCoinFlip | undefined
  const look = () => {
    const histories = health
      .notDeleting()
      .map(({ uid }) => health.history(uid).slice(0, -1).filter(isWanted))
      .filter((history) => history.length > 0)
    const history = histories[Math.floor(pick * histories.length)]
    found = history && createRandom(pick, 'past').among(history)
    return found !== undefined
  }
  await poll(look, { timeoutMs: waitLimitMs })
  return found
}

/** What each kind of fault does to the processes and objects of a run. */
export function injectors(system: SystemUnderTest): Record<FaultKind, Injector> {
  const { brokers, replicas, cluster, health } = system
  const slot = ({ pick }: Fault) => Math.floor(pick * system.replicaCount)
  let natsTurn = Promise.resolve()

  const ofCluster =
    (kind: FaultKind): Injector =>
    async ({ durationMs }) => {
      await cluster.faults[kind]?.(durationMs)
      return kind in cluster.faults
    }
  return {
    'replica killed': async (fault) => {
      await replicas.kill(slot(fault), fault.durationMs)
      return true
    },
    'replica frozen': async (fault) => {
      await replicas.freeze(slot(fault), fault.durationMs)
      return true
    },
    'replica unreachable': async (fault) => {
      await replicas.isolate(slot(fault), fault.durationMs)
      return true
    },
    'replicas replaced': async ({ durationMs }) => {
      await replicas.replaceAll(durationMs)
      return true
    },
    'nats-server killed': async ({ durationMs, frozenFirstMs }) => {
      natsTurn = natsTurn.then(async () => {
        const broker = await brokers.leader()
        if (frozenFirstMs > 0) broker.freeze()
        await delay(frozenFirstMs)
        await broker.kill()
        await delay(durationMs)
        await broker.restart()
      })
      await natsTurn
      return true
    },
    'nats-server frozen': async ({ durationMs }) => {
      // Not while it is starting; but it may well be killed while it is frozen.
      const turn = natsTurn.then(async () => {
        const broker = await brokers.leader()
        broker.freeze()
        return broker
      })
      natsTurn = turn.then(() => {})
      const broker = await turn
      await delay(durationMs)
      broker.thaw()
      return true
    },
    'Metacontroller killed': ofCluster('Metacontroller killed'),
    'API server killed': ofCluster('API server killed'),
    'status set back': async (fault) => {
      const earlier = await findEarlier(health, fault, ({ status }) => status !== undefined)
      if (earlier?.status) await cluster.putStatus(earlier.name, earlier.status)
      return earlier !== undefined
    },
    'older object shown': async (fault) => {
      const earlier = await findEarlier(health, fault, () => true)
      if (earlier) await cluster.showOlder(earlier)
      return earlier !== undefined
    },
  }
}
