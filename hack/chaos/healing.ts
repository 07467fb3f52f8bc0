import { setTimeout as delay } from 'node:timers/promises'
import { type Broker, startBroker } from '../lib/broker.ts'
import { findNatsServer } from '../lib/nats-server.ts'
import { script, warn } from '../lib/script.ts'
import { Stop } from '../lib/stop.ts'
import { cpuSeconds } from './cpu.ts'
import { eventually } from './eventually.ts'
import { type Health, watchHealth } from './health.ts'
import { type RealWorld, startRealWorld } from './real/world.ts'
import { type Replicas, startReplicas } from './replicas.ts'
import { full } from './size.ts'
import { align } from './table.ts'

const outages = ['replicas', 'nats-server'] as const
type Outage = (typeof outages)[number]

const {
  OBJECTS = '100,1000',
  RESYNC = '300,60,20',
  OUTAGE = outages.join(),
  OUTAGE_SECONDS = '60',
} = process.env
const numbers = (text: string) => text.split(',').map(Number)
const settleLimitMs = 1_800_000
const writers = 16
const replicaCount = 2

interface Stage {
  broker: Broker
  replicas: Replicas
  world: RealWorld
  health: Health
  names: string[]
}

const say = (line: string) => void process.stdout.write(`${line}\n`)
const seconds = (ms: number) => (ms / 1000).toFixed(1)

/** Does the same to every object, by several writers at once. */
async function eachObject(names: readonly string[], write: (name: string) => Promise<unknown>) {
  const left = [...names]
  const writer = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await write(name)
  }
  await Promise.all(Array.from({ length: writers }, writer))
}

/**
 * Sets the period, by way of another one: Metacontroller begins anew, with an empty queue and a
 * full bucket, and has called for every object once when it is done.
 */
async function renew({ world, names }: Stage, resync: number): Promise<void> {
  for (const period of [resync + 1, resync]) {
    const wanted = (await world.tally()).calls + names.length
    await world.setResyncPeriod(period)
    const begun = async () => (await world.tally()).calls >= wanted
    if (!(await eventually(begun, settleLimitMs, 500)))
      throw new Stop('Metacontroller did not begin anew')
  }
}

/** Everything away for a while, each object changed meanwhile; how long it ails after the return. */
async function measure(stage: Stage, outage: Outage): Promise<string[]> {
  const { broker, replicas, world, health, names } = stage
  const before = await world.tally()
  const awayMs = Number(OUTAGE_SECONDS) * 1000
  const change = eachObject(names, (name) => world.append(name, 'HTTT'))
  if (outage === 'replicas') await Promise.all([0, 1].map((slot) => replicas.kill(slot, awayMs)))
  else {
    await broker.kill()
    await delay(awayMs)
    await broker.restart()
  }
  const back = performance.now()
  await change
  const failures = (await world.tally()).failures - before.failures
  const reached = new Map<number, number>()
  const shares = [0.5, 0.9, 1]
  const healed = await eventually(
    () => {
      const share = 1 - health.ailing().length / names.length
      for (const wanted of shares)
        if (share >= wanted && !reached.has(wanted)) reached.set(wanted, performance.now() - back)
      return share === 1
    },
    settleLimitMs,
    100,
  )
  if (!healed) throw new Stop('the objects did not heal')
  return [String(failures), ...shares.map((share) => seconds(reached.get(share) ?? 0))]
}

/** What the processes use while nothing changes, in milliseconds of a core for each second. */
async function idleCost({ world, replicas }: Stage, resync: number): Promise<string[]> {
  const groups = [[world.metacontrollerPid], replicas.pids]
  const before = groups.map((pids) => cpuSeconds(pids))
  const forMs = Math.max(resync, 60) * 1000
  await delay(forMs)
  return groups.map((pids, i) => {
    const used = cpuSeconds(pids) - (before[i] ?? 0)
    return ((used * 1_000_000) / forMs).toFixed(0)
  })
}

async function open(natsServer: string, count: number): Promise<Stage> {
  const { KUBEBUILDER_ASSETS, METACONTROLLER_BIN, METACONTROLLER_MANIFESTS } = process.env
  if (!KUBEBUILDER_ASSETS || !METACONTROLLER_BIN || !METACONTROLLER_MANIFESTS)
    throw new Stop(
      'this measures the real ones: set KUBEBUILDER_ASSETS, METACONTROLLER_BIN and ' +
        'METACONTROLLER_MANIFESTS',
    )
  const broker = await startBroker({ binary: natsServer })
  const natsPort = broker.port
  const options = { count: replicaCount, natsPort, settings: {}, entry: undefined }
  const replicas = await startReplicas({ ...options, ...full.pace })
  const world = await startRealWorld({
    assets: KUBEBUILDER_ASSETS,
    metacontroller: METACONTROLLER_BIN,
    manifests: METACONTROLLER_MANIFESTS,
    hooksPort: replicas.port,
  })
  const health = watchHealth()
  world.observe(health.see)
  const names = Array.from({ length: count }, (_, i) => `coin-${i}`)
  const stage = { broker, replicas, world, health, names }
  await eachObject(names, (name) => world.create(name, 'HTTT'))
  if ((await health.heal(settleLimitMs)) === undefined) throw new Stop('creation did not settle')
  return stage
}

await script(async () => {
  const natsServer = await findNatsServer({ say: warn })
  if (!natsServer) return 1
  const head = ['objects', 'resync s', 'away', 'failures', 'half s', '90 % s', 'all s']
  const rows = [[...head, 'idle Metacontroller ms/s', 'idle service ms/s']]
  for (const count of numbers(OBJECTS)) {
    const stage = await open(natsServer, count)
    for (const resync of numbers(RESYNC)) {
      await renew(stage, resync)
      const cost = await idleCost(stage, resync)
      for (const outage of OUTAGE.split(',') as Outage[]) {
        await renew(stage, resync)
        const row = [String(count), String(resync), outage, ...(await measure(stage, outage))]
        rows.push([...row, ...cost])
        say(align(rows.slice(0, 1).concat(rows.slice(-1))).join('\n'))
      }
    }
    await stage.world.stop()
    await stage.replicas.stop()
    await stage.broker.stop()
  }
  say(align(rows).join('\n'))
  return 0
})
