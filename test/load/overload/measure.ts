import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { say } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { poll } from '../../../hack/lib/wait-for.ts'
import { summarize } from '../../lib/calls.ts'
import { sendCalls } from '../../lib/load/caller.ts'
import { residentMb } from '../../lib/process-stat.ts'
import { measureCapacity, type SystemUnderTest, usualMix } from '../lib/system-under-test.ts'
import { trendOf } from '../lib/trend.ts'
import { watchService } from '../lib/watch.ts'

/** What a run of `make overload` measured. */
export type OverloadResults = Awaited<ReturnType<typeof measureOverload>>

/** How the service does under a load far below its capacity. */
export type LightLoad = Awaited<ReturnType<typeof measureLightLoad>>

const factor = 3
const longestCapacitySeconds = 10
/** So many calls in flight, each on its own connection of HTTP/1.1, that waiting calls delay none. */
const inFlight = { workers: 500, idle: 500 }
const light = { seconds: 5, rate: 50, workers: 8, idle: 8 }
const large = { seconds: 10, workers: 16, idle: 16 }
const restMs = 5_000
const recoveryLimitMs = 15_000

async function measureLightLoad({ service, caller, bodies, deployed }: SystemUnderTest) {
  await service.readState()
  const unwatch = watchService(service, 100, deployed.liveness.timeoutMs)
  const { calls } = await sendCalls(caller, { mix: [[bodies.typical, 1]], ...light })
  const { memory } = await unwatch()
  return {
    ...summarize(calls),
    /** Of resident memory, in MB a second. */
    memory: trendOf(memory),
    state: await service.readState(),
  }
}

/** Empty objects take the most memory for their bytes of JSON: 64 for 3. */
const dense = '{},'
const bodyBytes = 4_000_000

/** Writes a call with a new milestone whose parsed body takes as much memory as 4 MB can. */
function writeLargeBody(dir: string, milestone: string): string {
  const call = readFileSync(milestone, 'utf8')
  const filler = dense.repeat((bodyBytes - call.length) / dense.length)
  const path = join(dir, 'large-when-parsed.json')
  writeFileSync(path, call.replace('{', `{"filler":[${filler}{}],`))
  return path
}

/**
 * Calls with such bodies while nats-server is stopped by SIGSTOP, so that the service holds each
 * call for as long as it may publish.
 */
async function callWithLargeBodies({ dir, broker, caller, bodies }: SystemUnderTest) {
  const body = writeLargeBody(dir, bodies.milestone)
  broker.freeze()
  try {
    return summarize((await sendCalls(caller, { mix: [[body, 1]], ...large })).calls)
  } finally {
    broker.thaw()
  }
}

/** Whether the service stores a new milestone again within a time. */
function recovers({ caller, bodies }: SystemUnderTest): Promise<boolean> {
  const one = { mix: [[bodies.milestone, 1]], seconds: 0.2, workers: 1 } as const
  const isStored = async () => summarize((await sendCalls(caller, one)).calls).answered > 0
  return poll(isStored, { timeoutMs: recoveryLimitMs })
}

/** Finds the capacity, calls at three times that for some seconds, and then with large bodies. */
export async function measureOverload(system: SystemUnderTest, seconds: number) {
  const { service, caller, bodies, deployed } = system
  const capacity = await measureCapacity(system, Math.min(longestCapacitySeconds, seconds))
  const before = await measureLightLoad(system)

  const rate = factor * capacity
  say(`${rate.toFixed(0)} calls a second for ${seconds} s`)
  const unwatch = watchService(service, 250, deployed.liveness.timeoutMs)
  const load = await sendCalls(caller, { mix: usualMix(bodies), seconds, rate, ...inFlight })
  const { slowest } = await unwatch()
  const ended = service.ended()
  if (ended)
    throw new UserError(
      [`the service ended under load: ${ended.cause}`, ...service.complaints].join('\n  '),
    )
  const peakMb = residentMb(service.pid).highest
  // Not a wait for a condition: the promise is about the state 5 s after the load.
  await delay(restMs)
  say('light load after the overload')
  const after = await measureLightLoad(system)

  say('large bodies while nats-server is stopped')
  const largeBodies = await callWithLargeBodies(system)
  const hasRecovered = service.ended() === undefined && (await recovers(system))
  return {
    /** Calls a second. */
    capacity,
    load,
    slowest,
    /** Highest resident memory after the load, before the large bodies. */
    peakMb,
    before,
    after,
    largeBodies,
    hasRecovered,
    /** Highest resident memory at the end; unknown once the process has ended. */
    highestMb: residentMb(service.pid).highest || Number.NaN,
    kills: service.group.kills(),
    ended: service.ended()?.cause,
  }
}
