import { readFile } from 'node:fs/promises'
import { parseServers } from '../../server/nats/servers.ts'
import { imageName } from '../lib/image.ts'
import type { Env } from '../lib/process.ts'
import { UserError } from '../lib/user-error.ts'

/** What a person asks of `deploy`. */
export interface DeploySettings {
  image: string
  /** A NATS server of their own; without one, ours is brought. */
  natsUrl: string | undefined
  /** Content of the credentials file. */
  natsCredentials: string | undefined
  tls: boolean
  /** Other settings of the service, handed on as they are. */
  others: Readonly<Record<string, string>>
}

/** Settings that go with the server and the stream, and hold no secret. */
export const handedOn = [
  'NATS_STREAM',
  'NATS_SUBJECT_PREFIX',
  'NATS_STREAM_CREATE',
  'NATS_STREAM_REPLICAS',
  'NATS_TLS_FIRST',
  'NATS_INBOX_PREFIX',
  'NATS_JS_DOMAIN',
  'CLUSTER_NAME',
]
const logins = [
  'NATS_USER',
  'NATS_PASSWORD',
  'NATS_TOKEN',
  'NATS_NKEY',
  'NATS_CERT',
  'NATS_KEY',
  'NATS_CA',
]

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/

/** Why these variables make no deployment; undefined when they do. */
export function faultIn(env: Env): string | undefined {
  const { IMG = '', NATS_URL, NATS_CREDS, TLS } = env
  if (!/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(IMG))
    return `IMG=${IMG} is no image, as registry.example.com/coinflip-operator:0.1.0 is`
  if (TLS && !['on', 'off'].includes(TLS)) return `TLS=${TLS} is neither on nor off`
  if (NATS_CREDS && !NATS_URL) return 'NATS_CREDS needs NATS_URL: our own server asks for none'
  if (!NATS_URL) return undefined
  const servers = parseServers(NATS_URL)
  if ('fault' in servers) return `NATS_URL: ${servers.fault}`
  if (servers.user !== undefined)
    return 'NATS_URL holds a login, which everybody could read in the cluster: NATS_CREDS=file makes a Secret'
  if (servers.addresses.some(({ host }) => loopback.test(host)))
    return `NATS_URL=${NATS_URL} is this machine only for this machine: pods need another name for it`
  const alone = logins.find((name) => env[name])
  return alone && `${alone} does not go into the cluster: NATS_CREDS=file makes a Secret`
}

/** Reads what is asked for; what makes no sense ends the script before anything is done. */
export async function deploySettings(env: Env): Promise<DeploySettings> {
  const image = imageName('deploy', env)
  const fault = faultIn(env)
  if (fault) throw new UserError(`deploy: ${fault}`)
  const given = handedOn.flatMap((name) => (env[name] ? [[name, env[name]]] : []))
  return {
    image,
    natsUrl: env.NATS_URL || undefined,
    natsCredentials: env.NATS_CREDS ? await readCredentials(env.NATS_CREDS) : undefined,
    tls: env.TLS !== 'off',
    others: Object.fromEntries(given),
  }
}

async function readCredentials(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new UserError(`deploy: NATS_CREDS=${file} cannot be read (${error.code})`)
  })
  if (!text.includes('-----BEGIN NATS USER JWT-----'))
    throw new UserError(`deploy: NATS_CREDS=${file} is no NATS credentials file`)
  return text
}
