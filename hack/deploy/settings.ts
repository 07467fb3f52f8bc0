import { readFile } from 'node:fs/promises'
import { parseServers } from '../../server/nats/servers.ts'
import { imageName } from '../lib/image.ts'
import type { Env } from '../lib/process.ts'
import { UserError } from '../lib/user-error.ts'

/** The settings of `deploy`. */
export interface DeploySettings {
  image: string
  /** URL of the user's NATS server; without it `deploy` installs one. */
  natsUrl: string | undefined
  /** Content of the credentials file. */
  natsCredentials: string | undefined
  tls: boolean
  /** Other settings of the service, passed on unchanged. */
  others: Readonly<Record<string, string>>
}

/** Settings of the server and the stream that hold no secret. */
export const forwardedSettings = [
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

/** Why these variables are invalid; undefined if they are valid. */
export function findFault(env: Env): string | undefined {
  const { IMG = '', NATS_URL, NATS_CREDS, TLS } = env
  if (!/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(IMG))
    return `IMG=${IMG} is no image, as registry.example.com/coinflip-operator:0.1.0 is`
  if (TLS && !['on', 'off'].includes(TLS)) return `TLS=${TLS} is neither on nor off`
  if (NATS_CREDS && !NATS_URL)
    return 'NATS_CREDS needs NATS_URL: the server that deploy installs asks for none'
  if (!NATS_URL) return undefined
  const servers = parseServers(NATS_URL)
  if ('fault' in servers) return `NATS_URL: ${servers.fault}`
  if (servers.user !== undefined)
    return 'NATS_URL holds a login, which everybody could read in the cluster: NATS_CREDS=file makes a Secret'
  if (servers.addresses.some(({ host }) => loopback.test(host)))
    return `NATS_URL=${NATS_URL} is a loopback address: pods need another name for this machine`
  const alone = logins.find((name) => env[name])
  return alone && `${alone} does not go into the cluster: NATS_CREDS=file makes a Secret`
}

/** Reads the settings; throws a UserError where they are invalid. */
export async function deploySettings(env: Env): Promise<DeploySettings> {
  const image = imageName('deploy', env)
  const fault = findFault(env)
  if (fault) throw new UserError(`deploy: ${fault}`)
  const given = forwardedSettings.flatMap((name) => (env[name] ? [[name, env[name]]] : []))
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
