import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import t from 'tap'
import { type Broker, inspectBroker, type StreamState } from '../../../hack/doctor/nats.ts'
import { judgeNatsPods } from '../../../hack/doctor/nats-cluster.ts'
import { judgeNats, versionIn } from '../../../hack/doctor/nats-findings.ts'
import { startBroker } from '../../../hack/lib/broker.ts'
import { natsServer } from '../../lib/scratch.ts'
import { type Expected, expectFinding } from './expect-finding.ts'

const advice = { broker: 'wake it', log: 'read the log' }
const open = (stream: StreamState): Broker => ({
  kind: 'connected',
  place: 'it',
  version: '2.15.1',
  stream,
})
const present = { kind: 'present', name: 'S', messages: 7, issues: [] } satisfies StreamState
const issues = (effect: 'weak' | 'refused') => [
  { effect, text: 'max_age removes messages' },
  { effect: 'weak' as const, text: 'b' },
]
const pod = (connected: boolean, streamFits: boolean) => ({ name: 'a', connected, streamFits })
const answers: Expected = ['ok', /^it answers, nats-server 2\.15\.1$/]
const away: Broker = { kind: 'unreachable', place: 'it', cause: 'refused' }

const rows: [name: string, broker: Broker, pods: ReturnType<typeof pod>[], expected: Expected[]][] =
  [
    ['all is well', open(present), [], [answers, ['ok', /stream S with 7 messages keeps/]]],
    [
      'a weak stream',
      open({ ...present, issues: issues('weak') }),
      [],
      [answers, ['warning', /weakens exactly-once: max_age removes messages, b$/]],
    ],
    [
      'a stream that refuses',
      open({ ...present, issues: issues('refused') }),
      [],
      [answers, ['failure', /^stream S does not take .*: max_age removes messages, b$/]],
    ],
    [
      'a stream that has fewer than were acknowledged',
      open({ ...present, messages: 6 }),
      [],
      [answers, ['warning', /has 6 messages of 7 .* lost or emptied/, /^make republish NAME=$/]],
    ],
    [
      'no stream',
      open({ kind: 'missing', name: 'S' }),
      [],
      [answers, ['failure', /no stream S: .*NATS_STREAM_CREATE/, /^make republish NAME=$/]],
    ],
    [
      'a stream that may not be looked at',
      open({ kind: 'unusable', name: 'S', cause: 'denied' }),
      [],
      [answers, ['failure', /^stream S: denied$/]],
    ],
    ['unreachable', away, [], [['failure', /it does not answer \(refused\)/, /^wake it$/]]],
    [
      'unknown',
      { kind: 'unknown' },
      [],
      [['skipped', /not known here/, /^NATS_URL= make doctor$/]],
    ],
    [
      'reported by the pods',
      { kind: 'unknown' },
      [pod(true, true), pod(true, true)],
      [
        ['ok', /^2 of 2 pods are connected to NATS, nats-server 2\.10\.0$/],
        ['ok', /2 of 2 pods report a suitable stream/],
      ],
    ],
    [
      'an unsuitable stream, reported by a pod',
      { kind: 'unknown' },
      [pod(true, true), pod(true, false)],
      [
        ['ok', /connected/],
        ['failure', /^1 of 2 pods report a suitable stream/, /^read the log$/],
      ],
    ],
    [
      'pods that have not checked the stream again',
      open(present),
      [pod(true, false)],
      [answers, ['ok', /keeps/], ['ok', /^1 of 1 pods are connected to NATS$/]],
    ],
    [
      'a pod that cannot connect',
      open(present),
      [pod(true, true), pod(false, true)],
      [answers, ['ok', /keeps/], ['failure', /^1 of 2 pods are connected/, /wake it/]],
    ],
  ]
for (const [name, broker, pods, expected] of rows) {
  const findings = judgeNats({ broker, pods, version: '2.10.0', acknowledged: 7 }, advice)
  t.equal(findings.length, expected.length, name)
  for (const [i, finding] of findings.entries())
    expectFinding(t, finding, expected[i] ?? ['ok', /nothing more/], name)
}

for (const [name, pods, ...expected] of [
  ['none', undefined, 'failure', /no such server/],
  [
    'scaled to 0',
    { wanted: 0, ready: 0, trouble: undefined },
    'failure',
    /scaled to 0/,
    /scale .*nats/,
  ],
  ['broken', { wanted: 1, ready: 0, trouble: 'x' }, 'failure', /0 of 1 ready \(x\)/, /describe/],
] as const) {
  const finding = judgeNatsPods(pods)
  if (finding) expectFinding(t, finding, expected, `the server of ours: ${name}`)
  else t.fail(name)
}
t.equal(judgeNatsPods({ wanted: 1, ready: 1, trouble: undefined }), undefined)

t.equal(versionIn('{"serverVersion":"2.9.1"}\n{"serverVersion":"2.15.1"}\n{}'), '2.15.1')
t.equal(versionIn('nothing'), undefined)

t.test('inspects a real server', async (t) => {
  const users = 'authorization { users: [{ user: "u", password: "hush" }] }'
  const broker = await startBroker({ binary: natsServer(), config: users })
  t.teardown(broker.stop)
  const secret = broker.url.replace('//', '//u:hush@')
  const look = () => inspectBroker('it', { NATS_URL: secret })
  const name = 'COINFLIPS'

  t.match(await look(), { kind: 'connected', version: /^2\./, stream: { kind: 'missing', name } })
  const connection = await connect({ servers: broker.url, user: 'u', pass: 'hush' })
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name, subjects: ['coinflips.three-tails.>'], max_age: 1e12 })
  await connection.close()
  t.match(await look(), {
    stream: { kind: 'present', messages: 0, issues: [{ text: 'max_age removes messages' }] },
  })

  const refused = await inspectBroker('it', { NATS_URL: secret.replace('hush', 'shout') })
  t.match(refused, { kind: 'unreachable', cause: /authorization/i })
  await broker.kill()
  const gone = await look()
  t.match(gone, { kind: 'unreachable', cause: /refused/i })
  for (const each of [refused, gone]) t.notMatch(JSON.stringify(each), /hush|shout|u:/)
  await t.rejects(inspectBroker('it', { NATS_URL: secret, PORT: 'hush' }), /^setting PORT/)
})

t.test('describes a server without JetStream as the conditions do', async (t) => {
  for (const [config, stream] of [
    ['jetstream: false', { kind: 'unusable', cause: /^NATS responds, but without JetStream/ }],
  ] as const) {
    const broker = await startBroker({ binary: natsServer(), config })
    t.teardown(broker.stop)
    const look = await inspectBroker('it', { NATS_URL: broker.url })
    t.match(look, { kind: 'connected', stream }, config)
  }
})

t.test('inspects a stream in another JetStream domain', async (t) => {
  const broker = await startBroker({ binary: natsServer() })
  t.teardown(broker.stop)
  const look = await inspectBroker('it', { NATS_URL: broker.url, NATS_JS_DOMAIN: 'elsewhere' })
  t.match(look, { stream: { kind: 'unusable', cause: /NATS_JS_DOMAIN/ } })
})
