import { say, spin } from '../../../hack/lib/script.ts'
import { summarize } from '../../lib/calls.ts'
import { readDeployment } from '../../lib/deployment.ts'
import { type Bodies, writeBodies } from '../../lib/load/bodies.ts'
import { type CallOptions, sendCalls } from '../../lib/load/caller.ts'
import { buildCaller, prepareEnvironment, requireGo } from '../../lib/load/environment.ts'
import { startService } from '../../lib/load/server.ts'
import { describeLimits, startContainedService } from './contained-service.ts'

/** What every run needs before it starts the service. */
export type Prepared = Awaited<ReturnType<typeof prepareRun>>

/** The service under load, with the caller that makes the load. */
export type SystemUnderTest = Awaited<ReturnType<typeof startSystem>>

/** What the hook is called over: http is HTTP/1.1, https is HTTP/2 with TLS. */
export type Protocol = 'http' | 'https'
export const protocolNames: Record<Protocol, string> = {
  http: 'plain HTTP/1.1',
  https: 'HTTP/2 over TLS',
}

/** Builds the service and its caller, and writes the request bodies. */
export async function prepareRun() {
  const environment = await spin('building', prepareEnvironment)
  const { entry, broker, dir, natsVersion } = environment
  const go = requireGo(environment, 'the caller with the transport of Metacontroller')
  const binary = await spin('building', () => buildCaller(go))
  const service = await startService({ entry, natsUrl: broker.url, pin: false })
  const bodies = await writeBodies(dir, service.url)
  await service.stop()
  return {
    ...environment,
    deployed: readDeployment(),
    /** The built caller-go. */
    binary,
    bodies,
    /** Versions of the programs that a run depends on. */
    versions: { Go: go.version, 'nats-server': natsVersion },
  }
}

/** Starts the service as deployed, over plain http or https. */
export async function startSystem(prepared: Prepared, protocol: Protocol) {
  const { entry, broker, pin, tls, binary } = prepared
  const service = await startContainedService({
    entry,
    natsUrl: broker.url,
    pin,
    tls: protocol === 'https' ? tls : undefined,
  })
  return { ...prepared, service, caller: { binary, pin, target: service } }
}

/** How the service was started, for a reader of the figures. */
export function describeSystem({ service, pin }: SystemUnderTest): string {
  const cores = pin ? 'on a core of its own' : 'on the cores of the load'
  return `The service runs as deployed, in ${describeLimits(service.group.unlimited)}, ${cores}.`
}

/** The calls of a busy day: most change nothing, some publish, some objects are at etcd's limit. */
export function usualMix(bodies: Bodies): CallOptions['mix'] {
  return [
    [bodies.typical, 70],
    [bodies.milestone, 20],
    [bodies.large, 10],
  ]
}

/** Enough to keep the service busy, too few for a refusal. */
const closedLoop = { workers: 32, idle: 32 }

/** Warms the service up; answers how many calls of the usual mix it answers in a second. */
export async function measureCapacity({ caller, bodies }: SystemUnderTest, seconds: number) {
  say('measuring the capacity')
  const measure = () => sendCalls(caller, { mix: usualMix(bodies), seconds, ...closedLoop })
  await measure()
  const results = await measure()
  return summarize(results.calls).answered / results.seconds
}
