import { run } from '../../hack/lib/process.ts'
import { type Bodies, placeholder } from '../../test/lib/load/bodies.ts'
import { type Load, type Loader, type LoadOptions, makeLoad } from '../../test/lib/load/load.ts'
import { pinned } from '../../test/lib/load/pin.ts'
import type { Stand } from '../../test/lib/load/stand.ts'
import { residentMb } from '../../test/lib/process-stat.ts'
import type { Contestants } from './contestants.ts'
import { interleave, median } from './measure.ts'
import { type Server, startBuilt } from './servers.ts'

/** How long and how often. */
export interface Effort {
  rounds: number
  seconds: number
}

export type Loads = Record<string, Load[]>

/** What a whole run measured. */
export interface HookResults {
  effort: Effort
  throughput: { typical: Loads; long: Loads; large: Loads }
  publishing: Loads
  /** At an equal rate: 70 % of what the service did. */
  latency: { rate: number; loads: Loads }
  metacontroller: Loads
  flips: { count: number; loads: Load[] }[]
  objects: { count: number; loads: Load[] }[]
  memoryMb: { idle: number; loaded: number }
  startMs: { service: number[]; node: number[] }
}

const shareOfRate = 0.7
const rest = { objects: [1_000, 100_000] } as const

/** All servers in turn under the same load, once before it counts. */
export async function compare(
  loader: Loader,
  servers: readonly (Server | undefined)[],
  options: Omit<LoadOptions, 'seconds'>,
  { rounds, seconds }: Effort,
): Promise<Loads> {
  const present = servers.filter((server) => server !== undefined)
  const once = (server: Server, forSeconds: number) =>
    makeLoad(loader, server, { ...options, seconds: forSeconds })
  for (const server of present) await once(server, Math.min(1, seconds))
  return interleave(
    rounds,
    Object.fromEntries(present.map((each) => [each.name, () => once(each, seconds)])),
  )
}

/** Each call has an object of its own, that no run before had. */
async function comparePublishing(
  loader: Loader,
  { publishingFloor, service }: Contestants,
  body: string,
  { rounds, seconds }: Effort,
): Promise<Loads> {
  let first = 0
  const once = (server: Server) => () => {
    first += 10_000_000
    return makeLoad(loader, server, { body, seconds, placeholder, first })
  }
  const runs = {
    [publishingFloor.name]: once(publishingFloor),
    [service.name]: once(service),
  }
  await interleave(1, runs)
  return interleave(rounds, runs)
}

async function asMetacontroller(
  loader: Loader,
  { floor, go, service, secure }: Contestants,
  body: string,
  { rounds, seconds }: Effort,
): Promise<Loads> {
  const way = { body, seconds, metacontroller: true }
  return interleave(rounds, {
    'the service, http': () => makeLoad(loader, service, way),
    'the service, https with HTTP/1.1': () => makeLoad(loader, secure, { ...way, http1: true }),
    'the service, https with HTTP/2': () => makeLoad(loader, secure, way),
    'the floor, http': () => makeLoad(loader, floor, way),
    ...(go && { 'the Go hook, http': () => makeLoad(loader, go, way) }),
  })
}

async function startTimes({ entry, broker, pin }: Stand, rounds: number) {
  const node = pinned(pin, 'server', process.execPath, ['-e', '0'])
  const times = await interleave(rounds, {
    async node() {
      const from = performance.now()
      await run(node.command, node.args, { env: { PATH: process.env.PATH }, limitMs: 10_000 })
      return performance.now() - from
    },
    async service() {
      const server = await startBuilt('the service', { entry, natsUrl: broker.url, pin })
      await server.stop()
      return server.startMs
    },
  })
  return { node: times.node ?? [], service: times.service ?? [] }
}

/** Measures everything of `make bench`; `tell` hears what is under way. */
export async function measureHook(
  stand: Stand,
  contestants: Contestants,
  loader: Loader,
  bodies: Bodies,
  effort: Effort,
  idleMb: number,
  tell: (text: string) => void,
): Promise<HookResults> {
  const { floor, service, go } = contestants
  const short = { ...effort, seconds: Math.max(1, effort.seconds / 2) }
  // For what the machine itself disturbs most, and for what is compared with its like.
  const often = { ...effort, rounds: effort.rounds * 2 }
  const three = [floor, service, go]
  const throughputOf = (name: 'typical' | 'long' | 'large', rounds = effort.rounds) => {
    tell(`throughput, ${name} body`)
    return compare(loader, three, { body: bodies[name] }, { ...effort, rounds })
  }
  // The one that a short run is asked for.
  const typical = await throughputOf('typical', Math.max(5, effort.rounds))
  const long = await throughputOf('long')
  const large = await throughputOf('large')

  tell('one new milestone in each call')
  const publishing = await comparePublishing(loader, contestants, bodies.milestone, effort)

  const reached = median((typical[service.name] ?? []).map(({ perSecond }) => perSecond))
  const rate = Math.round(reached * shareOfRate)
  tell(`latency at ${rate} calls a second`)
  const loads = await compare(loader, three, { body: bodies.typical, rate }, often)

  tell('as Metacontroller calls')
  const metacontroller = await asMetacontroller(loader, contestants, bodies.typical, often)

  tell('growth with flips and objects')
  const sizes = await interleave(
    short.rounds,
    Object.fromEntries(
      bodies.grown.map(({ count, path }) => [
        count,
        () => makeLoad(loader, service, { body: path, seconds: short.seconds }),
      ]),
    ),
  )
  const numbers = await interleave(
    often.rounds,
    Object.fromEntries(
      rest.objects.map((objects) => [
        objects,
        () => {
          const one = { body: bodies.among, seconds: short.seconds, placeholder, objects }
          return makeLoad(loader, service, one)
        },
      ]),
    ),
  )
  const listed = (results: Loads) =>
    Object.entries(results).map(([count, loads]) => ({ count: Number(count), loads }))
  tell('start to ready')
  return {
    effort,
    throughput: { typical, long, large },
    publishing,
    latency: { rate, loads },
    metacontroller,
    flips: listed(sizes),
    objects: listed(numbers),
    memoryMb: { idle: idleMb, loaded: residentMb(service.pid).highest },
    startMs: await startTimes(stand, Math.max(5, effort.rounds)),
  }
}
