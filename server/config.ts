import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { parseServers } from './nats/servers.ts'

const text = (description: string) => Type.Optional(Type.String({ description, minLength: 1 }))
const file = (description: string) => text(`${description} (path of a file)`)
const number = (byDefault: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: byDefault, minimum, maximum, description })
const token = '[A-Za-z0-9_-]+'

/** Every setting, by its name in the environment. */
export const Config = Type.Object({
  NODE_ENV: Type.String({
    default: 'development',
    description: '`production` switches /docs off',
  }),
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description:
      'address that both ports listen on; `::` is IPv6 and IPv4, or IPv4 alone where there is no IPv6',
  }),
  PORT: number(8080, 0, 65535, 'port of the hooks; 0 takes a free one'),
  ADMIN_PORT: number(
    9090,
    0,
    65535,
    'port of /livez, /readyz, /metrics and, from loopback, /loglevel; 0 takes a free one',
  ),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'minimum log level',
  }),
  CLUSTER_NAME: Type.String({
    default: '',
    pattern: '^[A-Za-z0-9.-]*$',
    description: 'part of the source of each event, so that clusters can share a stream',
  }),
  TLS_CERT_FILE: file('certificate of the hook port, which then speaks https'),
  TLS_KEY_FILE: file('key of that certificate'),
  TLS_CLIENT_CA_FILE: file('CA of the client certificates that callers must have'),
  AUTH_TOKEN_FILE: file('bearer tokens that callers may send, one per line'),
  RELOAD_INTERVAL_MS: number(
    10_000,
    100,
    3_600_000,
    'how often the files of the hook port are checked for changes',
  ),
  TLS_SESSION_AGE_MS: number(
    300_000,
    1_000,
    86_400_000,
    'age at which a connection is closed, so that replicas share the work',
  ),
  NATS_URL: Type.String({
    default: 'nats://127.0.0.1:4222',
    minLength: 1,
    description: 'server, or several separated by commas',
  }),
  NATS_USER: text('user'),
  NATS_PASSWORD: text('password of that user'),
  NATS_TOKEN: text('token instead of a user'),
  NATS_CREDS: file('credentials'),
  NATS_NKEY: file('seed of an nkey'),
  NATS_CERT: file('client certificate'),
  NATS_KEY: file('key of the client certificate'),
  NATS_CA: file("CA of the server's certificate"),
  NATS_TLS_FIRST: Type.Boolean({
    default: false,
    description: 'start with TLS at once, as a server with `handshake_first: true` requires',
  }),
  NATS_INBOX_PREFIX: Type.Optional(
    Type.String({
      pattern: `^${token}(\\.${token})*$`,
      description: 'prefix of the subjects of responses',
    }),
  ),
  NATS_JS_DOMAIN: Type.Optional(
    Type.String({
      pattern: `^${token}$`,
      description: 'JetStream domain of the stream, if the connection is to a leaf node',
    }),
  ),
  NATS_STREAM: Type.String({
    default: 'COINFLIPS',
    pattern: `^${token}$`,
    maxLength: 255,
    description: 'stream that stores the notifications',
  }),
  NATS_SUBJECT_PREFIX: Type.String({
    default: 'coinflips.three-tails',
    pattern: `^${token}(\\.${token})*$`,
    maxLength: 255,
    description: 'prefix of every subject',
  }),
  NATS_STREAM_CREATE: Type.Boolean({
    default: true,
    description: 'create the stream when it is missing',
  }),
  NATS_STREAM_REPLICAS: number(1, 1, 5, 'replicas of a created stream'),
  BODY_LIMIT: number(4_194_304, 1_024, 67_108_864, 'largest body of a call, in bytes'),
  REQUEST_TIMEOUT_MS: number(
    10_000,
    100,
    300_000,
    'how long a request may take to arrive; Metacontroller waits 10 s for the whole call',
  ),
  MAX_CALLS: number(256, 1, 100_000, 'calls in flight; more are refused (429)'),
  MAX_TOTAL_BYTES: number(
    16_777_216,
    32_768,
    1_073_741_824,
    'bytes of bodies in flight; more are refused (429)',
  ),
  MAX_DELAY_MS: number(
    200,
    10,
    60_000,
    'delay of the event loop above which calls are refused (429)',
  ),
  PUBLISH_BUDGET_MS: number(
    5_000,
    100,
    9_000,
    'how long one call may publish; Metacontroller waits 10 s for the whole call',
  ),
  PUBLISH_TIMEOUT_MS: number(
    2_000,
    50,
    9_000,
    'how long one publish may wait for its acknowledgement',
  ),
})
export type Config = Static<typeof Config>

/** The settings that name a file. */
export const fileSettings = [
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  'TLS_CLIENT_CA_FILE',
  'AUTH_TOKEN_FILE',
  'NATS_CREDS',
  'NATS_NKEY',
  'NATS_CERT',
  'NATS_KEY',
  'NATS_CA',
] as const
export type FileSetting = (typeof fileSettings)[number]

/** Pairs of settings that require each other. */
const pairs = [
  ['TLS_CERT_FILE', 'TLS_KEY_FILE'],
  ['NATS_CERT', 'NATS_KEY'],
  ['NATS_PASSWORD', 'NATS_USER'],
] as const

function validateCombinations(config: Config): string | undefined {
  const alone = pairs.find(([a, b]) => (config[a] === undefined) !== (config[b] === undefined))
  if (alone) return `${alone[0]} and ${alone[1]} must be set together`
  if (config.TLS_CLIENT_CA_FILE !== undefined && config.TLS_CERT_FILE === undefined)
    return 'TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE'
  // One connection alone gets half of it.
  if (config.MAX_TOTAL_BYTES < 2 * config.BODY_LIMIT)
    return 'MAX_TOTAL_BYTES must be at least twice BODY_LIMIT'
  if (config.PUBLISH_TIMEOUT_MS > config.PUBLISH_BUDGET_MS)
    return 'PUBLISH_TIMEOUT_MS must not exceed PUBLISH_BUDGET_MS'
  return undefined
}

/**
 * Reads the settings from an environment; an empty variable counts as absent. A fault is one line that
 * names the setting and never shows its value, which may be a secret.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config | { fault: string } {
  const given = Object.keys(Config.properties).flatMap((name) =>
    env[name] ? [[name, env[name]]] : [],
  )
  const values = Value.Convert(Config, Value.Default(Config, Object.fromEntries(given)))
  const [error] = Value.Errors(Config, values)
  if (error) {
    const name = error.instancePath.slice(1)
    const { allowedValues } = error.params as { allowedValues?: string[] }
    const must = allowedValues ? `must be one of ${allowedValues.join(', ')}` : error.message
    return { fault: `setting ${name} ${must}` }
  }
  const config = values as Config
  const servers = parseServers(config.NATS_URL)
  if ('fault' in servers) return { fault: `setting NATS_URL: ${servers.fault}` }
  const fault = validateCombinations(config)
  return fault === undefined ? config : { fault: `settings ${fault}` }
}
