import t from 'tap'
import { readConfig } from '../server/config.ts'

t.match(
  readConfig({}),
  {
    HOST: '127.0.0.1',
    PORT: 8080,
    ADMIN_PORT: 9090,
    LOG_LEVEL: 'info',
    NATS_URL: 'nats://127.0.0.1:4222',
    NATS_STREAM: 'COINFLIPS',
    NATS_SUBJECT_PREFIX: 'coinflips.three-tails',
    NATS_STREAM_CREATE: true,
    NATS_STREAM_REPLICAS: 1,
    CLUSTER_NAME: '',
    BODY_LIMIT: 4 * 1024 * 1024,
    PUBLISH_BUDGET_MS: 5_000,
  },
  'an empty environment has defaults',
)

for (const [name, env, expected] of [
  ['a number', { PORT: '9000' }, { PORT: 9000 }],
  ['a switch', { NATS_STREAM_CREATE: 'false' }, { NATS_STREAM_CREATE: false }],
  ['an empty variable counts as absent', { PORT: '', NATS_TOKEN: '' }, { PORT: 8080 }],
  ['variables of others are left out', { HOME: '/' }, { HOME: undefined }],
] as const)
  t.match(readConfig(env), expected, name)

for (const [name, env, fault] of [
  ['a port that is not a number', { PORT: 'http' }, 'setting PORT must be integer'],
  ['a port out of range', { PORT: '70000' }, 'setting PORT must be <= 65535'],
  [
    'an invalid boolean',
    { NATS_STREAM_CREATE: 'maybe' },
    'setting NATS_STREAM_CREATE must be boolean',
  ],
  ['an unknown level', { LOG_LEVEL: 'loud' }, /^setting LOG_LEVEL must be one of fatal, error/],
  ['a stream name with a dot', { NATS_STREAM: 'a.b' }, /^setting NATS_STREAM must match pattern/],
  ['a prefix with a wildcard', { NATS_SUBJECT_PREFIX: 'a.>' }, /^setting NATS_SUBJECT_PREFIX must/],
  [
    'a budget beyond the call',
    { PUBLISH_BUDGET_MS: '10000' },
    /^setting PUBLISH_BUDGET_MS must be <= 9000/,
  ],
  [
    'a certificate without a key',
    { TLS_CERT_FILE: '/c' },
    'settings TLS_CERT_FILE and TLS_KEY_FILE must be set together',
  ],
  [
    'a timeout beyond the budget',
    { PUBLISH_TIMEOUT_MS: '6000' },
    'settings PUBLISH_TIMEOUT_MS must not exceed PUBLISH_BUDGET_MS',
  ],
  [
    'a limit below two bodies',
    { MAX_TOTAL_BYTES: '4194304' },
    'settings MAX_TOTAL_BYTES must be at least twice BODY_LIMIT',
  ],
  [
    'an invalid address',
    { NATS_URL: 'nats://a:4222,' },
    'setting NATS_URL: address 2 is empty; is there a comma too many?',
  ],
] as const)
  t.match(readConfig(env), { fault }, `${name} is a fault in one line`)

t.test('never shows a value in a fault', async (t) => {
  const secret = 'hunter2 hunter2'
  for (const name of [
    'PORT',
    'NATS_STREAM',
    'LOG_LEVEL',
    'CLUSTER_NAME',
    'NATS_URL',
    'NATS_PASSWORD',
    'NATS_KEY',
  ]) {
    const config = readConfig({ [name]: secret })
    t.match(config, { fault: name })
    t.notMatch(JSON.stringify(config), secret)
  }
})
