import { readStream } from '../../hack/demo/listener.ts'
import { startBrokers } from '../lib/brokers.ts'
import { eventually } from '../lib/eventually.ts'
import { judge } from '../lib/oracle.ts'
import type { Seen } from '../lib/plane/coinflips.ts'
import { createRandom } from '../lib/random.ts'
import { type Fault, planAlone, planFaults } from './faults.ts'
import { partHostile, planFloods, playFloods } from './floods.ts'
import { isRight, watchHealth } from './health.ts'
import { injectors, type Targets } from './inject.ts'
import { startReplicas } from './replicas.ts'
import type { Done, Report } from './report.ts'
import type { Pace, Size } from './size.ts'
import { planChanges, planStories } from './stories.ts'
import { openLedger, tellAll, until } from './tell.ts'
import type { World } from './world.ts'

const stream = 'COINFLIPS'
const replicaCount = 2
const checkEveryMs = 250
/** How long objects are changed around a fault that takes no time. */
const changeMs = 1_000

export interface RunOptions {
  seed: number
  size: Size
  /** Path of nats-server. */
  natsServer: string
  /** How many of them, the stream on each; one unless told else. */
  brokers?: number
  /** main.ts of a mutant instead of the service's own. */
  entry?: string
  /** Has hostile callers at work as well, which trust this authority of the hooks. */
  floods?: { ca: string; limitMb: number } | undefined
  startWorld(hooksPort: number, pace: Pace): World | Promise<World>
  /** Hears in a line what happens just now. */
  say(line: string): void
}

/** Runs a plan on real processes, and judges what the stream holds in the end. */
export async function run(options: RunOptions): Promise<Report> {
  const stops: (() => Promise<void>)[] = []
  try {
    const stage = await setUp(options, stops)
    return await play(stage, options)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

interface Stage extends Targets {
  began: number
}

/** Starts everything; `stops` gets what ends it, also when only a part was started. */
async function setUp(options: RunOptions, stops: (() => Promise<void>)[]): Promise<Stage> {
  const { size, natsServer, brokers: count = 1, entry } = options
  const { pace } = size
  const began = performance.now()
  const brokers = await startBrokers(natsServer, count, stream)
  stops.push(brokers.stop)
  const replicas = await startReplicas({
    count: replicaCount,
    natsPorts: brokers.ports,
    settings: {
      NATS_STREAM_REPLICAS: String(count),
      ...size.settings,
    },
    entry,
    ...pace,
  })
  stops.push(replicas.stop)
  const world = await options.startWorld(replicas.port, pace)
  stops.push(world.stop)
  const health = watchHealth()
  world.observe(health.see)
  return { began, brokers, replicas, replicaCount, world, health }
}

async function play(stage: Stage, { seed, size, say, floods }: RunOptions): Promise<Report> {
  const { world, health, replicas, brokers } = stage
  const { healLimitMs } = size
  const faults = planFaults(createRandom(seed, 'faults'), size)
  const flooding = floods ? planFloods(createRandom(seed, 'floods'), size.windowMs) : []
  const stories = planStories(createRandom(seed, 'stories'), size, faults)
  const inject = injectors(stage)
  const ledger = openLedger()

  let objects: Seen[] = []
  const ailing = () => objects.filter((object) => object.deleting || !isRight(object))
  /** Asks until every object is as it should be; what a watch has told by now may be the past. */
  async function settle(): Promise<void> {
    const look = async () => {
      objects = await world.list()
      return ailing().length === 0
    }
    await eventually(look, healLimitMs, checkEveryMs)
  }

  let quietSinceMs = 0
  const quiet = () => {
    quietSinceMs = performance.now()
  }
  async function doAmid(fault: Fault, start: number): Promise<Done[]> {
    const { kind, atMs, lastsMs } = fault
    await until(start + atMs)
    const at = `${(atMs / 1000).toFixed(1).padStart(6)} s  ${kind}`
    if (lastsMs > 0) say(`${at} for ${(lastsMs / 1000).toFixed(1)} s`)
    else if (kind !== 'status set back' && kind !== 'older object shown') say(at)
    const done = await inject[kind](fault)
    quiet()
    return done ? [{ kind, alone: false, healedMs: await health.heal(healLimitMs) }] : []
  }
  async function allAtOnce() {
    const start = performance.now()
    const lives = tellAll(stories, world, start, ledger).then(quiet)
    const callers = { port: replicas.port, ca: floods?.ca ?? '' }
    const flooded = playFloods(flooding, callers, start, say)
    if (floods) void flooded.then(quiet)
    const done = await Promise.all(faults.map((fault) => doAmid(fault, start)))
    await lives
    const sent = await flooded
    await settle()
    return { done: done.flat(), sent, settledMs: performance.now() - quietSinceMs }
  }
  async function oneByOne(): Promise<Done[]> {
    const done: Done[] = []
    const random = createRandom(seed, 'changes')
    for (const fault of size.changedAlone > 0 ? planAlone(size) : []) {
      say(`   alone  ${fault.kind}`)
      const forMs = Math.max(fault.lastsMs, changeMs)
      const changes = planChanges(random, size.changedAlone, forMs)
      const lives = tellAll(changes, world, performance.now(), ledger)
      const did = await inject[fault.kind](fault)
      const over = performance.now()
      await lives
      await settle()
      if (!did) continue
      const healedMs = ailing().length === 0 ? performance.now() - over : undefined
      done.push({ kind: fault.kind, alone: true, healedMs })
    }
    return done
  }

  const { done, sent, settledMs } = await allAtOnce()
  const alone = ailing().length === 0 ? await oneByOne() : []
  replicas.complaints.push(...(await brokers.complaints()))
  const { own, hostile } = partHostile(await readStream(brokers.url, stream))
  return {
    seed,
    what: `${world.what}; ${brokers.what}`,
    tookMs: performance.now() - stage.began,
    faults: [...done, ...alone],
    tally: { ...(await world.tally()) },
    ledger,
    verdict: judge([...ledger.accepted.values()], own),
    floods: floods && {
      count: flooding.length,
      sent,
      stored: hostile.length,
      doubled: hostile.length - new Set(hostile.map(({ event }) => event.id)).size,
      highestMb: replicas.highestMb,
      limitMb: floods.limitMb,
    },
    ailing: ailing(),
    settledMs,
    // Grows until the replicas have stopped, which is before anybody reads it.
    complaints: replicas.complaints,
  }
}
