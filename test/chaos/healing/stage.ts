import { type Broker, startBroker } from '../../../hack/lib/broker.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { eventually } from '../../lib/eventually.ts'
import type { RealParts } from '../choose.ts'
import { type Health, watchHealth } from '../health.ts'
import { type RealWorld, startRealWorld } from '../real/world.ts'
import { type Replicas, startReplicas } from '../replicas.ts'
import { full } from '../size.ts'

/** All processes, with objects that are as they should be. */
export interface Stage {
  broker: Broker
  replicas: Replicas
  world: RealWorld
  health: Health
  /** Of all objects. */
  names: string[]
  stop(): Promise<void>
}

export const settleLimitMs = 1_800_000
export const replicaCount = 2
const writers = 16

/** Does the same to every object, by several writers at once. */
export async function eachObject(
  names: readonly string[],
  write: (name: string) => Promise<unknown>,
): Promise<void> {
  const left = [...names]
  const writer = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await write(name)
  }
  await Promise.all(Array.from({ length: writers }, writer))
}

/** Starts everything, and creates so many objects with a milestone each. */
export async function openStage(
  parts: RealParts,
  natsServer: string,
  objects: number,
): Promise<Stage> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    const broker = await startBroker({ binary: natsServer })
    stops.push(broker.stop)
    const natsPorts = [broker.port]
    const options = { count: replicaCount, natsPorts, settings: {}, entry: undefined }
    const replicas = await startReplicas({ ...options, ...full.pace })
    stops.push(replicas.stop)
    const world = await startRealWorld({ ...parts, hooksPort: replicas.port })
    stops.push(world.stop)
    const health = watchHealth()
    world.observe(health.see)
    const names = Array.from({ length: objects }, (_, i) => `coin-${i}`)
    await eachObject(names, (name) => world.create(name, 'HTTT'))
    if ((await health.heal(settleLimitMs)) === undefined)
      throw new UserError('creation did not settle')
    return { broker, replicas, world, health, names, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Sets the period, by way of another one: Metacontroller begins anew, with an empty queue and a
 * full bucket, and has called for every object once when it is done.
 */
export async function renew({ world, names }: Stage, resyncSeconds: number): Promise<void> {
  for (const period of [resyncSeconds + 1, resyncSeconds]) {
    const wanted = (await world.tally()).calls + names.length
    await world.setResyncPeriod(period)
    const begun = async () => (await world.tally()).calls >= wanted
    if (!(await eventually(begun, settleLimitMs, 500)))
      throw new UserError('Metacontroller did not begin anew')
  }
}
