import type { Env } from '../../../hack/lib/process.ts'
import { spin } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { type Deployed, readDeployment } from '../../lib/deployment.ts'
import { type Bodies, writeBodies } from '../../lib/load/bodies.ts'
import { prepare, type Stand } from '../../lib/load/stand.ts'
import type { Caller } from './mix.ts'
import { type Service, startService } from './service.ts'

/** The service under load, with what makes the load. */
export interface Tried {
  stand: Stand
  deployed: Deployed
  service: Service
  caller: Caller
  bodies: Bodies
}

/** What the hook is called over: http is HTTP/1.1, https is HTTP/2 with TLS. */
export type Protocol = 'http' | 'https'
export const protocolNames: Record<Protocol, string> = {
  http: 'plain HTTP/1.1',
  https: 'HTTP/2 over TLS',
}

/** Settings that can be given to a run, to try others than the defaults. */
const tunable = ['MAX_CALLS', 'MAX_TOTAL_BYTES', 'MAX_DELAY_MS', 'BODY_LIMIT', 'NODE_OPTIONS']

/** Those of the tunable settings that the environment has. */
export function givenSettings(env: Env): Env {
  return Object.fromEntries(tunable.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
}

/** What every run needs before it starts what it tries. */
export interface Prepared {
  stand: Stand
  deployed: Deployed
  /** The built bench/caller-go. */
  binary: string
  bodies: Bodies
}

/** Builds the service and what calls it, and writes the bodies of the calls. */
export async function prepareRun(): Promise<Prepared> {
  const stand = await spin('building', prepare)
  const { go, entry, broker, dir } = stand
  if (!go) throw new UserError('Go is needed, for the calls: https://go.dev/dl')
  const binary = await spin('building', () => go.build('caller-go'))
  const deployed = readDeployment()
  const service = await startService({ entry, deployed, natsUrl: broker.url, pin: false })
  const bodies = await writeBodies(dir, service.url)
  await service.stop()
  return { stand, deployed, binary, bodies }
}

/** Starts the service as deployed, with a probe in it, over plain http or https. */
export async function startTried(prepared: Prepared, protocol: Protocol): Promise<Tried> {
  const { stand, deployed, binary, bodies } = prepared
  const { entry, broker, pin } = stand
  const tls = protocol === 'https' ? stand.tls : undefined
  const env = givenSettings(process.env)
  const service = await startService({ entry, deployed, natsUrl: broker.url, pin, env, tls })
  return { stand, deployed, service, caller: { binary, pin, target: service }, bodies }
}

/** How the service was started, for a reader of the figures. */
export function describeRun({ deployed, service, stand }: Tried): string {
  const limitMb = deployed.memoryBytes / 2 ** 20
  const memory =
    'why' in service.group
      ? `no memory limit (${service.group.why}), though ${limitMb} MB count as one`
      : `a memory cgroup of ${limitMb} MB`
  const settings = { ...deployed.env, ...givenSettings(process.env) }
  const options = settings.NODE_OPTIONS ? `, NODE_OPTIONS ${settings.NODE_OPTIONS}` : ''
  const given = Object.entries(givenSettings(process.env)).filter(
    ([name]) => name !== 'NODE_OPTIONS',
  )
  const tried = given.map(([name, value]) => `, ${name} ${value}`).join('')
  const cores = stand.pin ? 'on a core of its own' : 'sharing all cores with the load'
  return `The service runs as deployed, in ${memory}${options}${tried}, ${cores}.`
}
