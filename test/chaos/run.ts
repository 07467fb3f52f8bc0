import { judge } from '../../hack/lib/oracle.ts'
import { readStream } from '../../hack/lib/read-stream.ts'
import { poll } from '../../hack/lib/wait-for.ts'
import { startBrokers } from '../lib/brokers.ts'
import { isHealthy, trackHealth } from '../lib/health.ts'
import type { ObservedCoinFlip } from '../lib/plane/coinflips.ts'
import { createRandom } from '../lib/random.ts'
import type { Cluster } from './cluster.ts'
import { planFloods, runFloods, separateHostile } from './floods.ts'
import { injectors, type SystemUnderTest } from './inject-faults.ts'
import { type Fault, planAlone, planFaults } from './plan-faults.ts'
import { startReplicas } from './replicas.ts'
import type { InjectedFault, Report } from './report.ts'
import { createLedger, runScenarios, sleepUntil } from './run-scenarios.ts'
import type { Pace, RunSize } from './run-size.ts'
import { planChanges, planScenarios } from './scenarios.ts'

const stream = 'COINFLIPS'
const replicaCount = 2
const checkEveryMs = 250
/** How long objects are changed around a fault that takes no time. */
const changeMs = 1_000

export interface RunOptions {
  seed: number
  size: RunSize
  /** Path of nats-server. */
  natsServer: string
  /** The number of nats-servers, the stream on each; one by default. */
  brokers?: number
  /** Another main of the service than its own. */
  entry?: string | undefined
  /** Starts hostile callers as well, which trust this certificate authority of the hooks. */
  floods?: { ca: string; limitMb: number } | undefined
  startCluster(hooksPort: number, pace: Pace): Cluster | Promise<Cluster>
  /** Gets a line for each event of the run. */
  say(line: string): void
}

/** Runs a plan on real processes, and judges what the stream holds in the end. */
export async function run(options: RunOptions): Promise<Report> {
  const stops: (() => Promise<void>)[] = []
  const began = performance.now()
  try {
    const system = await startSystem(options, stops)
    const report = await runPlan(system, options)
    return { ...report, tookMs: performance.now() - began }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Starts all processes; `stops` gets what ends them, also when only some were started. */
async function startSystem(
  options: RunOptions,
  stops: (() => Promise<void>)[],
): Promise<SystemUnderTest> {
  const { size, natsServer, brokers: count = 1, entry } = options
  const { pace } = size
  const brokers = await startBrokers(natsServer, count, stream)
  stops.push(brokers.stop)
  const replicas = await startReplicas({
    count: replicaCount,
    natsPorts: brokers.ports,
    settings: { NATS_STREAM_REPLICAS: String(count), ...size.settings },
    entry,
    ...pace,
  })
  stops.push(replicas.stop)
  const cluster = await options.startCluster(replicas.port, pace)
  stops.push(cluster.stop)
  const health = trackHealth()
  cluster.observe(health.update)
  return { brokers, replicas, cluster, health }
}

async function runPlan(
  system: SystemUnderTest,
  { seed, size, say, floods }: RunOptions,
): Promise<Omit<Report, 'tookMs'>> {
  const { cluster, health, replicas, brokers } = system
  const { recoveryLimitMs } = size
  const faults = planFaults(createRandom(seed, 'faults'), size)
  const plannedFloods = floods ? planFloods(createRandom(seed, 'floods'), size.windowMs) : []
  const scenarios = planScenarios(createRandom(seed, 'stories'), size, faults)
  const inject = injectors(system)
  const ledger = createLedger()

  let objects: ObservedCoinFlip[] = []
  const unhealthy = () => objects.filter((object) => !isHealthy(object))
  /** Lists until every object is healthy; the state that a watch has shown may be outdated. */
  async function settle(): Promise<void> {
    const look = async () => {
      objects = await cluster.list()
      return unhealthy().length === 0
    }
    await poll(look, { timeoutMs: recoveryLimitMs, intervalMs: checkEveryMs })
  }

  let lastActivityMs = 0
  const noteActivity = () => {
    lastActivityMs = performance.now()
  }
  async function injectAtItsTime(fault: Fault, start: number): Promise<InjectedFault[]> {
    const { kind, atMs, durationMs } = fault
    await sleepUntil(start + atMs)
    const at = `${(atMs / 1000).toFixed(1).padStart(6)} s  ${kind}`
    if (durationMs > 0) say(`${at} for ${(durationMs / 1000).toFixed(1)} s`)
    else if (kind !== 'status set back' && kind !== 'older object shown') say(at)
    const hadTarget = await inject[kind](fault)
    noteActivity()
    if (hadTarget === false) return []
    return [{ kind, alone: false, recoveredMs: await health.awaitRecovery(recoveryLimitMs) }]
  }
  async function injectTogether() {
    const start = performance.now()
    const writes = runScenarios(scenarios, cluster, start, ledger).then(noteActivity)
    const target = { port: replicas.port, ca: floods?.ca ?? '' }
    const flooding = runFloods(plannedFloods, target, start, say)
    if (floods) void flooding.then(noteActivity)
    const injected = await Promise.all(faults.map((fault) => injectAtItsTime(fault, start)))
    await writes
    const sent = await flooding
    await settle()
    return { injected: injected.flat(), sent, settledMs: performance.now() - lastActivityMs }
  }
  async function injectAlone(): Promise<InjectedFault[]> {
    const injected: InjectedFault[] = []
    const random = createRandom(seed, 'changes')
    for (const fault of size.changedAlone > 0 ? planAlone(size) : []) {
      say(`   alone  ${fault.kind}`)
      const forMs = Math.max(fault.durationMs, changeMs)
      const changes = planChanges(random, size.changedAlone, forMs)
      const writes = runScenarios(changes, cluster, performance.now(), ledger)
      const hadTarget = await inject[fault.kind](fault)
      const over = performance.now()
      await writes
      await settle()
      if (hadTarget === false) continue
      const recoveredMs = unhealthy().length === 0 ? performance.now() - over : undefined
      injected.push({ kind: fault.kind, alone: true, recoveredMs })
    }
    return injected
  }

  const { injected, sent, settledMs } = await injectTogether()
  const alone = unhealthy().length === 0 ? await injectAlone() : []
  replicas.errors.push(...(await brokers.disagreements()))
  const { own, hostile } = separateHostile(await readStream(brokers.url, stream))
  return {
    seed,
    description: `${cluster.description}; ${brokers.description}`,
    faults: [...injected, ...alone],
    calls: { ...(await cluster.countCalls()) },
    ledger,
    verdict: judge([...ledger.accepted.values()], own),
    floods: floods && {
      count: plannedFloods.length,
      sent,
      stored: hostile.length,
      duplicated: hostile.length - new Set(hostile.map(({ event }) => event.id)).size,
      highestMb: replicas.highestMb(),
      limitMb: floods.limitMb,
    },
    unhealthy: unhealthy(),
    settledMs,
    // Grows until the replicas have stopped, which is before anybody reads it.
    errors: replicas.errors,
  }
}
