import { setTimeout as delay } from 'node:timers/promises'
import type { Brokers } from '../lib/brokers.ts'
import { eventually } from '../lib/eventually.ts'
import type { Seen } from '../lib/plane/coinflips.ts'
import { createRandom } from '../lib/random.ts'
import type { Fault } from './faults.ts'
import type { Health } from './health.ts'
import type { Replicas } from './replicas.ts'
import type { FaultKind } from './size.ts'
import type { World } from './world.ts'

const waitLimitMs = 5_000

export interface Targets {
  brokers: Brokers
  replicas: Replicas
  replicaCount: number
  world: World
  health: Health
}

/** Does one fault; resolves when it is over, to false where there was nothing to do it to. */
export type Injector = (fault: Fault) => Promise<boolean>

/** An object as it once was; early in a run there may be none for a moment. */
async function formerly(
  health: Health,
  { pick }: Fault,
  wanted: (past: Seen) => boolean,
): Promise<Seen | undefined> {
  let found: Seen | undefined
  const look = () => {
    const pasts = health
      .living()
      .map(({ uid }) => health.past(uid).slice(0, -1).filter(wanted))
      .filter((past) => past.length > 0)
    const past = pasts[Math.floor(pick * pasts.length)]
    found = past && createRandom(pick, 'past').among(past)
    return found !== undefined
  }
  await eventually(look, waitLimitMs)
  return found
}

/** What each kind of fault does to the processes and objects of a run. */
export function injectors(targets: Targets): Record<FaultKind, Injector> {
  const { brokers, replicas, world, health } = targets
  const slot = ({ pick }: Fault) => Math.floor(pick * targets.replicaCount)
  let natsTurn = Promise.resolve()

  const own =
    (kind: FaultKind): Injector =>
    async ({ lastsMs }) => {
      await world.faults[kind]?.(lastsMs)
      return kind in world.faults
    }
  return {
    'replica killed': async (fault) => {
      await replicas.kill(slot(fault), fault.lastsMs)
      return true
    },
    'replica frozen': async (fault) => {
      await replicas.freeze(slot(fault), fault.lastsMs)
      return true
    },
    'replica unreachable': async (fault) => {
      await replicas.isolate(slot(fault), fault.lastsMs)
      return true
    },
    'replicas replaced': async ({ lastsMs }) => {
      await replicas.replaceAll(lastsMs)
      return true
    },
    'nats-server killed': async ({ lastsMs, frozenFirstMs }) => {
      natsTurn = natsTurn.then(async () => {
        const broker = await brokers.leader()
        if (frozenFirstMs > 0) broker.freeze()
        await delay(frozenFirstMs)
        await broker.kill()
        await delay(lastsMs)
        await broker.restart()
      })
      await natsTurn
      return true
    },
    'nats-server frozen': async ({ lastsMs }) => {
      // Not while it is starting; but it may well be killed while it is frozen.
      const turn = natsTurn.then(async () => {
        const broker = await brokers.leader()
        broker.freeze()
        return broker
      })
      natsTurn = turn.then(() => {})
      const broker = await turn
      await delay(lastsMs)
      broker.thaw()
      return true
    },
    'Metacontroller killed': own('Metacontroller killed'),
    'API server killed': own('API server killed'),
    'status set back': async (fault) => {
      const past = await formerly(health, fault, ({ status }) => status !== undefined)
      if (past?.status) await world.putStatus(past.name, past.status)
      return past !== undefined
    },
    'older object shown': async (fault) => {
      const past = await formerly(health, fault, () => true)
      if (past) await world.showOlder(past)
      return past !== undefined
    },
  }
}
