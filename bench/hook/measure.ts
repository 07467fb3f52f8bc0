import { run } from '../../hack/lib/process.ts'
import type { Bodies } from '../../test/lib/load/bodies.ts'
import type { BenchEnvironment } from '../../test/lib/load/environment.ts'
import { pinned } from '../../test/lib/load/pin.ts'
import { type Server, startService } from '../../test/lib/load/server.ts'
import { residentMb } from '../../test/lib/process-stat.ts'
import { interleave, medianOf } from '../lib/statistics.ts'
import {
  callAsMetacontroller,
  callWithH2load,
  callWithWrk,
  type Load,
  type LoadTools,
} from './load.ts'
import { names, type Servers } from './servers.ts'

/** How often and how long each load runs. */
export interface Effort {
  rounds: number
  seconds: number
}

/** Loads by the name of the server, one for each round. */
export type Loads = Record<string, Load[]>

/** What a whole run measured. */
export interface HookResults {
  effort: Effort
  throughput: { typical: Loads; long: Loads; large: Loads; publishing: Loads; http2: Loads }
  /** All servers at the same rate: 70 % of the throughput of the service. */
  latency: { rate: number; loads: Loads }
  /** Empty without Go. */
  metacontroller: Loads
  flips: { count: number; loads: Load[] }[]
  objects: { count: number; loads: Load[] }[]
  memoryMb: { idle: number; peak: number }
  startMs: { service: number[]; node: number[] }
}

export const asMetacontroller = {
  http: 'the service, http',
  https1: 'the service, https with HTTP/1.1',
  https2: 'the service, https with HTTP/2',
} as const

const rateShare = 0.7
const objectCounts = [1_000, 100_000]

/** Puts all servers in turn under the same load, once before it counts. */
async function compare(
  servers: readonly (Server | undefined)[],
  rounds: number,
  load: (server: Server) => Promise<Load>,
): Promise<Loads> {
  const present = servers.filter((server) => server !== undefined)
  const runs = Object.fromEntries(present.map((each) => [each.name, () => load(each)]))
  await interleave(1, runs)
  return interleave(rounds, runs)
}

async function measureAsMetacontroller(
  tools: LoadTools,
  { nodeHttp, go, service, secureService }: Servers,
  options: { body: string; seconds: number },
  rounds: number,
): Promise<Loads> {
  const { caller } = tools
  if (!caller) return {}
  const call = (server: Server, http1?: boolean) => () =>
    callAsMetacontroller(tools, caller, server, { ...options, ...(http1 && { http1 }) })
  return interleave(rounds, {
    [asMetacontroller.http]: call(service),
    [asMetacontroller.https1]: call(secureService, true),
    [asMetacontroller.https2]: call(secureService),
    [nodeHttp.name]: call(nodeHttp),
    ...(go && { [go.name]: call(go) }),
  })
}

async function measureStarts({ entry, broker, pin }: BenchEnvironment, rounds: number) {
  const node = pinned(pin, 'server', process.execPath, ['-e', '0'])
  const times = await interleave(rounds, {
    async node() {
      const from = performance.now()
      await run(node.command, node.args, { env: { PATH: process.env.PATH }, limitMs: 10_000 })
      return performance.now() - from
    },
    async service() {
      const server = await startService({ entry, natsUrl: broker.url, pin })
      await server.stop()
      return server.startMs
    },
  })
  return { node: times.node ?? [], service: times.service ?? [] }
}

/** One load of the service for each count, in turn. */
async function measureGrowth(
  rounds: number,
  counts: readonly number[],
  load: (count: number) => Promise<Load>,
): Promise<HookResults['flips']> {
  const runs = Object.fromEntries(counts.map((count) => [count, () => load(count)]))
  const results = await interleave(rounds, runs)
  return Object.entries(results).map(([count, loads]) => ({ count: Number(count), loads }))
}

/** Measures everything of `make bench`; `log` gets what is under way. */
export async function measureHook(
  environment: BenchEnvironment,
  options: {
    servers: Servers
    tools: LoadTools
    bodies: Bodies
    effort: Effort
    /** Resident memory of the service before its first call. */
    idleMb: number
    log: (text: string) => void
  },
): Promise<HookResults> {
  const { servers, tools, bodies, effort, idleMb, log } = options
  const { nodeHttp, publishingNodeHttp, service, secureService, go } = servers
  const { rounds, seconds } = effort
  const three = [nodeHttp, service, go]
  const throughputOf = (name: 'typical' | 'long' | 'large', times = rounds) => {
    log(`throughput, ${name} body`)
    const body = bodies[name]
    return compare(three, times, (server) => callWithWrk(tools, server, { body, seconds }))
  }
  // A quick run is made for this figure.
  const typical = await throughputOf('typical', Math.max(5, rounds))
  const long = await throughputOf('long')
  const large = await throughputOf('large')

  log('throughput, a new milestone in each call')
  let first = 0
  const publishing = await compare([publishingNodeHttp, service], rounds, (server) => {
    // No run may publish a milestone of another run.
    first += 10_000_000
    const numbering = { first }
    return callWithWrk(tools, server, { body: bodies.milestone, seconds, numbering })
  })

  const body = bodies.typical
  log('throughput, HTTP/2')
  const http2 = await compare([secureService], rounds, (server) =>
    callWithH2load(tools, server, { body, seconds }),
  )

  const reached = medianOf(typical[names.service], ({ perSecond }) => perSecond)
  const rate = Math.round(reached * rateShare)
  log(`latency at ${rate} calls a second`)
  // Twice as many rounds for the figures that the machine itself disturbs most.
  const loads = await compare(three, rounds * 2, (server) =>
    callWithH2load(tools, server, { body, seconds, rate }),
  )

  log('calls as Metacontroller makes them')
  const metacontroller = await measureAsMetacontroller(
    tools,
    servers,
    { body, seconds },
    rounds * 2,
  )

  log('growth with flips and objects')
  const paths = new Map(bodies.grown.map(({ count, path }) => [count, path]))
  const flips = await measureGrowth(rounds, [...paths.keys()], (count) =>
    callWithWrk(tools, service, { body: paths.get(count) ?? '', seconds }),
  )
  const objects = await measureGrowth(rounds * 2, objectCounts, (numbers) =>
    callWithWrk(tools, service, { body: bodies.numbered, seconds, numbering: { numbers } }),
  )
  log('start to ready')
  return {
    effort,
    throughput: { typical, long, large, publishing, http2 },
    latency: { rate, loads },
    metacontroller,
    flips,
    objects,
    memoryMb: { idle: idleMb, peak: residentMb(service.pid).highest },
    startMs: await measureStarts(environment, Math.max(5, rounds)),
  }
}
