import { run } from '../../hack/lib/process.ts'
import { say } from '../../hack/lib/script.ts'
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
  type LoadOptions,
  type LoadTools,
} from './load.ts'
import { names, type Servers } from './servers.ts'

/** Loads by the name of the server, one for each round. */
export type Loads = Record<string, Load[]>

/** What a whole run measured. */
export type HookResults = Awaited<ReturnType<typeof measureHook>>

export const asMetacontroller = {
  http: 'the service, http',
  https1: 'the service, https with HTTP/1.1',
  https2: 'the service, https with HTTP/2',
} as const

const rateShare = 0.7
const objectCounts = [1_000, 100_000]

/** Puts all servers in turn under the same load, once before it counts. */
async function compare(
  servers: readonly Server[],
  rounds: number,
  load: (server: Server) => Promise<Load>,
): Promise<Loads> {
  const runs = Object.fromEntries(servers.map((each) => [each.name, () => load(each)]))
  await interleave(1, runs)
  return interleave(rounds, runs)
}

function measureAsMetacontroller(
  tools: LoadTools,
  { nodeHttp, go, service, secureService }: Servers,
  options: LoadOptions,
  rounds: number,
): Promise<Loads> {
  const call =
    (server: Server, http1 = false) =>
    () =>
      callAsMetacontroller(tools, server, { ...options, http1 })
  return interleave(rounds, {
    [asMetacontroller.http]: call(service),
    [asMetacontroller.https1]: call(secureService, true),
    [asMetacontroller.https2]: call(secureService),
    [nodeHttp.name]: call(nodeHttp),
    [go.name]: call(go),
  })
}

async function measureStarts({ entry, broker, pin }: BenchEnvironment, rounds: number) {
  const { node = [], service = [] } = await interleave(rounds, {
    async node() {
      const from = performance.now()
      const command = pinned(pin, 'server', [process.execPath, '-e', '0'])
      await run(...command, { env: { PATH: process.env.PATH }, limitMs: 10_000 })
      return performance.now() - from
    },
    async service() {
      const server = await startService({ entry, natsUrl: broker.url, pin })
      await server.stop()
      return server.startMs
    },
  })
  return { node, service }
}

/** One load of the service for each count, in turn. */
async function measureGrowth(
  rounds: number,
  counts: readonly number[],
  load: (count: number) => Promise<Load>,
) {
  const runs = Object.fromEntries(counts.map((count) => [count, () => load(count)]))
  const results = await interleave(rounds, runs)
  return Object.entries(results).map(([count, loads]) => ({ count: Number(count), loads }))
}

/** Measures everything of `make bench`: so many rounds of so many seconds. */
export async function measureHook(
  environment: BenchEnvironment,
  servers: Servers,
  tools: LoadTools,
  bodies: Bodies,
  effort: { rounds: number; seconds: number },
) {
  const { nodeHttp, publishingNodeHttp, service, secureService, go } = servers
  const { rounds, seconds } = effort
  const three = [nodeHttp, service, go]
  const throughputOf = (name: 'typical' | 'long' | 'large', times = rounds) => {
    say(`throughput, ${name} body`)
    const options = { body: bodies[name], seconds }
    return compare(three, times, (server) => callWithWrk(tools, server, options))
  }
  // A quick run is made for this figure.
  const typical = await throughputOf('typical', Math.max(5, rounds))
  const long = await throughputOf('long')
  const large = await throughputOf('large')

  say('throughput, a new milestone in each call')
  const fresh = { body: bodies.milestone, seconds, numbers: 0 }
  const publishing = await compare([publishingNodeHttp, service], rounds, (server) =>
    callWithWrk(tools, server, fresh),
  )

  const steady = { body: bodies.typical, seconds }
  say('throughput by h2load')
  const byH2load = await compare(three, rounds, (server) => callWithH2load(tools, server, steady))
  say('throughput, HTTP/2')
  const http2 = await compare([secureService], rounds, (server) =>
    callWithH2load(tools, server, steady),
  )

  const reached = medianOf(typical[names.service], ({ perSecond }) => perSecond)
  const rate = Math.round(reached * rateShare)
  say(`latency at ${rate} calls a second`)
  // Twice as many rounds for the figures that the machine itself disturbs most.
  const loads = await compare(three, rounds * 2, (server) =>
    callWithH2load(tools, server, { ...steady, rate }),
  )

  say('calls as Metacontroller makes them')
  const metacontroller = await measureAsMetacontroller(tools, servers, steady, rounds * 2)

  say('growth with flips and objects')
  const paths = new Map(bodies.grown.map(({ count, path }) => [count, path]))
  const flips = await measureGrowth(rounds, [...paths.keys()], (count) =>
    callWithWrk(tools, service, { body: paths.get(count) ?? '', seconds }),
  )
  const objects = await measureGrowth(rounds * 2, objectCounts, (numbers) =>
    callWithWrk(tools, service, { body: bodies.numbered, seconds, numbers }),
  )
  say('start to ready')
  return {
    effort,
    throughput: { typical, byH2load, long, large, publishing, http2 },
    /** All servers at the same rate: 70 % of the throughput of the service. */
    latency: { rate, loads },
    metacontroller,
    flips,
    objects,
    peakMb: residentMb(service.pid).highest,
    startMs: await measureStarts(environment, Math.max(5, rounds)),
  }
}
