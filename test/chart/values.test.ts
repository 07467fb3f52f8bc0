import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Config } from '../../server/config.ts'
import { chartFolder } from '../lib/chart.ts'
import { chart, helm, valuesOption } from './chart.ts'

interface Group {
  additionalProperties?: boolean
  properties?: Record<string, object>
  patternProperties?: Record<string, object>
}
const schema: { properties: Record<string, Group> } = JSON.parse(
  readFileSync(join(chartFolder, 'values.schema.json'), 'utf8'),
)
const isDependency = (name: string) => ['metacontroller', 'natsCluster'].includes(name)

const refused: [string, object, string][] = [
  ['an unknown value', { imag: {} }, "additional properties 'imag' not allowed"],
  ['an unknown field', { tls: { issuer: 'x' } }, "at '/tls': additional properties 'issuer'"],
  ['an image with a tag', { image: { repository: 'a/b:1' } }, "at '/image/repository'"],
  ['a short digest', { image: { digest: 'sha256:12' } }, "at '/image/digest'"],
  ['a text as a number', { replicas: 'two' }, "at '/replicas': got string, want integer"],
  ['no time between syncs', { resyncPeriodSeconds: 0 }, "'/resyncPeriodSeconds': minimum: got 0"],
  ['root', { userId: 0 }, "at '/userId': minimum: got 0, want 1"],
  ['a setting that is not one', { settings: { COLOUR: 'red' } }, "'COLOUR' not allowed"],
  ['a setting of the chart', { settings: { PORT: '1' } }, "'PORT' not allowed"],
  ['a secret among the settings', { settings: { NATS_TOKEN: 'x' } }, "'NATS_TOKEN' not allowed"],
  ['a number as a setting', { settings: { MAX_CALLS: 5 } }, 'got number, want string'],
  ['a login in the URL', { nats: { url: 'nats://me:secret@host' } }, 'nats.url holds a login'],
  ['another protocol', { nats: { url: 'nats://a, http://b' } }, 'nats.url must be one or more'],
  ['another mode', { tls: { mode: 'on' } }, "'pod', 'helm', 'cert-manager', 'existing', 'off'"],
  ['a CA that is no PEM', { tls: { ca: 'ca.crt' } }, "at '/tls/ca'"],
  [
    'a name with capitals',
    { metacontroller: { namespace: 'Meta' } },
    "'/metacontroller/namespace'",
  ],
  [
    'tokens without TLS',
    { tls: { mode: 'off' }, access: { tokenKey: 'token-1' } },
    'access.tokenKey and access.clientSecret need TLS: set another tls.mode than off',
  ],
  [
    'an existing certificate whose CA is unknown',
    { tls: { mode: 'existing' } },
    'set tls.ca, or add ca.crt to the Secret coinflip-hook-tls in coinflip-system',
  ],
  [
    'two NATS servers',
    { nats: { url: 'nats://a' }, natsCluster: { enabled: true } },
    'nats.url and natsCluster.enabled exclude each other',
  ],
  [
    'a login for the server without logins',
    { nats: { credentialsSecret: 'nats' } },
    'nats.credentialsSecret needs nats.url',
  ],
]

for (const [name, values, message] of refused)
  t.test(`refuses ${name}`, async (t) => {
    const { stderr } = await helm(
      'template',
      'coinflip',
      chart,
      '-n',
      'coinflip-system',
      valuesOption(values),
    )
    t.match(stderr, message)
    t.notMatch(stderr, /me:secret/, 'without the login')
  })

t.test('helm lint finds nothing', async (t) => {
  const { stdout, failure } = await helm('lint', '--strict', chart)
  t.equal(failure, undefined, stdout)
  t.notMatch(stdout, /\[(INFO|WARNING|ERROR)\]/)
})

t.test('every value has a comment', async (t) => {
  const lines = readFileSync(join(chartFolder, 'values.yaml'), 'utf8').split('\n')
  const { global: _, ...groups } = schema.properties
  for (const [name, { additionalProperties, properties }] of Object.entries(groups)) {
    const start = lines.findIndex((line) => line.startsWith(`${name}:`))
    if (['resources', 'settings'].includes(name) || !properties)
      t.match(lines[start - 1], /^# .*\.$/, name)
    else
      for (const key of Object.keys(properties)) {
        const at = lines.findIndex((line, i) => i > start && line.startsWith(`  ${key}:`))
        t.match(lines[at - 1], /^ {2}# .*\.$/, `${name}.${key}`)
      }
    t.ok(additionalProperties === false || !properties || isDependency(name), `${name} is strict`)
  }
})

t.test(
  'settings are those of the service that are neither secret nor set by the chart',
  async (t) => {
    const patterns = Object.keys(schema.properties.settings?.patternProperties ?? {})
    const accepted = Object.keys(Config.properties).filter((name) =>
      patterns.some((pattern) => new RegExp(pattern).test(name)),
    )
    const others = Object.keys(Config.properties).filter((name) => !accepted.includes(name))
    t.same(others.sort(), [
      'ADMIN_PORT',
      'AUTH_TOKEN_FILE',
      'HOST',
      'NATS_CREDS',
      'NATS_PASSWORD',
      'NATS_TOKEN',
      'NATS_URL',
      'NATS_USER',
      'NODE_ENV',
      'PORT',
      'TLS_CERT_FILE',
      'TLS_CLIENT_CA_FILE',
      'TLS_KEY_FILE',
    ])
  },
)
