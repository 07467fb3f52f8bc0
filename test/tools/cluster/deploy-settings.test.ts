import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deploySettings, findFault } from '../../../hack/deploy/settings.ts'
import { scratch } from '../../lib/scratch.ts'

const IMG = 'registry.example.com:5000/coins/coinflip-operator:0.1.0'
const NATS_URL = 'nats://nats.example.com:4222'

for (const [fault, env] of [
  [undefined, {}],
  [undefined, { NATS_URL, NATS_CREDS: 'file', TLS: 'off' }],
  [undefined, { IMG: 'coinflip-operator' }],
  [undefined, { IMG: `${IMG}@sha256:${'0'.repeat(64)}` }],
  [/^IMG=a b is no image/, { IMG: 'a b' }],
  [/^IMG=https:\/\/a is no image/, { IMG: 'https://a' }],
  [/^TLS=no is neither on nor off/, { TLS: 'no' }],
  [/^NATS_CREDS needs NATS_URL/, { NATS_CREDS: 'file' }],
  [/^NATS_URL holds a login/, { NATS_URL: 'nats://me:secret@host' }],
  [/^NATS_URL holds a login/, { NATS_URL: 'nats://host,token@other' }],
  [/is a loopback address/, { NATS_URL: 'nats://127.0.0.1:4222' }],
  [/is a loopback address/, { NATS_URL: 'host,localhost' }],
  [/^NATS_URL: address 2 has no host$/, { NATS_URL: 'nats://a,nats://:4222' }],
  [/^NATS_TOKEN does not go into the cluster/, { NATS_URL, NATS_TOKEN: 'secret' }],
] as const)
  t.match(findFault({ IMG, ...env }) ?? 'none', fault ?? 'none', JSON.stringify(env))

t.test('keeps secrets out of error messages', async (t) => {
  for (const env of [
    { NATS_URL: 'nats://me:secret@host' },
    { NATS_URL: 'nats://me:secret@' },
    { NATS_URL, NATS_TOKEN: 'secret' },
  ])
    t.notMatch(findFault({ IMG, ...env }), /secret/)
})

t.test('reads the settings and the credentials file', async (t) => {
  const dir = await scratch(t)
  const file = join(dir, 'nats.creds')
  writeFileSync(file, '-----BEGIN NATS USER JWT-----\n')
  const env = { IMG, NATS_URL, NATS_CREDS: file, NATS_STREAM: 'OTHER', LOG_LEVEL: 'debug' }
  t.match(await deploySettings(env), {
    image: IMG,
    natsUrl: NATS_URL,
    natsCredentials: /BEGIN/,
    tls: true,
    others: { NATS_STREAM: 'OTHER' },
  })
  writeFileSync(file, 'something else')
  await t.rejects(deploySettings(env), /is no NATS credentials file/)
  await t.rejects(deploySettings({ ...env, NATS_CREDS: join(dir, 'none') }), /ENOENT/)
  await t.rejects(deploySettings({}), /^IMG is not set/)
})
