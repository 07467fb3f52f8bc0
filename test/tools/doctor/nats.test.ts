import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import t, { type Test } from 'tap'
import { openUrl } from '../../../hack/coinflips/broker-access.ts'
import { checkBroker, judgeMetrics } from '../../../hack/doctor/nats.ts'
import { startBroker } from '../../../hack/lib/broker.ts'
import { natsServer } from '../../lib/scratch.ts'
import { type Expected, expectFindings } from './expect-finding.ts'

const name = 'COINFLIPS'
const subjects = ['coinflips.three-tails.>']
const answers: Expected = ['ok', /^it answers, nats-server 2\.\d/]
const again = /^make republish NAME=$/

/** A real server; `check` diagnoses it with the settings of a service. */
async function serve(t: Test, config = '') {
  const broker = await startBroker({ binary: natsServer(), config })
  t.teardown(broker.stop)
  async function* check(env: NodeJS.ProcessEnv = {}, acknowledged = 1) {
    const access = await openUrl(broker.url, 'it')
    yield* checkBroker(access, env, acknowledged)
    await access.close()
  }
  return { broker, check }
}

t.test('checks the stream of a real server', async (t) => {
  const { broker, check } = await serve(t)
  const connection = await connect({ servers: broker.url })
  t.teardown(() => connection.close())
  const manager = await jetstreamManager(connection)
  const store = (manager: JetStreamManager) =>
    manager.jetstream().publish('coinflips.three-tails.a')
  const file = { name, subjects, storage: 'file', discard: 'new' } as const
  for (const [what, config, messages, ...expected] of [
    ['none', undefined, 0, 'failure', /no stream COINFLIPS: .*NATS_STREAM_CREATE/, again],
    ['emptied', file, 0, 'warning', /has 0 messages of 1 .* lost or emptied/, again],
    ['well', file, 1, 'ok', /^stream COINFLIPS with 1 messages keeps the promise$/],
    [
      'weak',
      { ...file, max_age: 1e12 },
      1,
      'warning',
      /weakens exactly-once: max_age removes messages$/,
    ],
    ['for others', { ...file, subjects: ['a'] }, 0, 'failure', /does not take the notifications/],
  ] as const) {
    if (config) await manager.streams.add({ ...config, subjects: [...config.subjects] })
    if (messages > 0) await store(manager)
    await expectFindings(t, check(), [answers, expected], what)
    if (config) await manager.streams.delete(name)
  }
})

t.test('explains a server without JetStream, and another domain', async (t) => {
  const without = await serve(t, 'jetstream: false')
  const unusable: Expected = ['failure', /^stream COINFLIPS: NATS responds, but without JetStream/]
  await expectFindings(t, without.check(), [answers, unusable], 'no JetStream')
  const elsewhere: Expected = ['failure', /NATS_JS_DOMAIN/]
  const { check } = await serve(t)
  await expectFindings(t, check({ NATS_JS_DOMAIN: 'far' }), [answers, elsewhere], 'a domain')
})

t.test('says why a server does not answer, without the login', async (t) => {
  const users = 'authorization { users: [{ user: "u", password: "hush" }] }'
  const { broker } = await serve(t, users)
  const url = broker.url.replace('//', '//u:hush@')
  const open = (each: string) => openUrl(each, 'it').catch(({ message }) => message)
  await (await openUrl(url, 'it')).close()
  t.match(
    await open(url.replace('hush', 'shout')),
    /^it does not answer \((?!.*shout).*authorization/i,
  )
  await broker.kill()
  t.match(await open(url), /^it does not answer \((?!.*hush).*refused/i)
  await t.rejects(openUrl(url, 'it', { PORT: 'hush' }), /^setting PORT (?!.*hush)/)
})

const metrics = (connected: number, valid: number) =>
  `# HELP\ncoinflip_nats_connected ${connected}\ncoinflip_stream_config_valid ${valid}\n`
for (const [what, pods, isStreamKnown, ...expected] of [
  [
    'well',
    [metrics(1, 1), metrics(1, 1)],
    false,
    ['ok', /^2 of 2 pods are connected to NATS$/],
    ['ok', /^2 of 2 pods report a suitable stream$/],
  ],
  [
    'an unsuitable stream',
    [metrics(1, 1), metrics(1, 0)],
    false,
    ['ok', /connected/],
    ['failure', /^1 of 2 pods report a suitable stream$/, /^look$/],
  ],
  ['a stream that we have seen', [metrics(1, 0)], true, ['ok', /connected/]],
  ['one away', [metrics(1, 1), metrics(0, 1)], true, ['failure', /^1 of 2 pods are conn/, /look/]],
] as const)
  await expectFindings(t, judgeMetrics(pods, 'look', isStreamKnown), expected, `metrics: ${what}`)
