import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import t from 'tap'
import { takesMessages, weaknessesOf } from '../../server/nats/stream.ts'
import { notification } from './notification.ts'
import {
  addStream,
  openObserver,
  openService,
  startServer,
  streamSettings,
  until,
} from './real-broker.ts'

const timeoutMs = 5_000
const prefix = streamSettings.subjectPrefix

for (const [subject, expected] of [
  [`${prefix}.>`, true],
  ['coinflips.>', true],
  ['>', true],
  ['*.*.>', true],
  [`${prefix}.*.*.*`, true],
  [`${prefix}.*.*`, false],
  [`${prefix}.*.*.*.*`, false],
  [prefix, false],
  ['coinflips.other.>', false],
] as const)
  t.equal(takesMessages({ subjects: [subject] }, prefix), expected, `a stream on ${subject}`)

const fitting = {
  retention: 'limits',
  discard: 'new',
  storage: 'file',
  subjects: [`${prefix}.>`],
} as StreamConfig

for (const [name, parts, version, weaknesses] of [
  ['a stream as the service makes it', {}, '2.15.1', []],
  ['discard old without a limit', { discard: 'old', max_msgs: -1, max_bytes: -1 }, '2.15.1', []],
  ['discard old with a limit', { discard: 'old', max_bytes: 1 }, '2.15.1', [/discard is old/]],
  ['a work queue', { retention: 'workqueue' }, '2.15.1', [/retention is workqueue/]],
  ['a largest age', { max_age: 1 }, '2.15.1', [/max_age/]],
  ['memory', { storage: 'memory' }, '2.15.1', [/memory/]],
  ['other subjects', { subjects: ['x'] }, '2.15.1', [/subjects do not take/]],
  ['an old server', {}, '2.10.18', [/server 2\.10\.18 is older than 2\.10\.19/]],
  ['the oldest server that fits', {}, '2.10.19', []],
  ['a beta of a later server', {}, '2.11.0-RC.1', []],
  ['a server of the generation before', {}, '1.4.1', [/older/]],
] as const)
  t.match(weaknessesOf({ ...fitting, ...parts } as StreamConfig, prefix, version), weaknesses, name)

t.test('a stream that is missing is created, as the promise needs it', async (t) => {
  const server = await startServer(t)
  const services = [openService(t, server), openService(t, server)]
  await Promise.all(services.map(({ firstAttempt }) => firstAttempt))
  const { manager } = await openObserver(t, server.url)
  const { config } = await manager.streams.info('COINFLIPS')
  t.match(config, {
    subjects: ['coinflips.three-tails.>'],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    storage: StorageType.File,
    max_age: 0,
    duplicate_window: nanos(100),
  })
  for (const { states } of services)
    t.match(states, [{ kind: 'present', weaknesses: [] }], 'by two at once, without a complaint')
})

t.test('a stream that is not to be created', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, states } = openService(t, server, { create: false })
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'StreamMissing')
  t.same(states, [{ kind: 'StreamMissing' }], 'is told of once')
  const { manager } = await openObserver(t, server.url)
  await addStream(manager)
  t.equal(
    (await notifier.publish(notification(3), timeoutMs)).kind,
    'stored',
    'is used when it comes',
  )
})

t.test('a stream that was deleted is created again', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  await manager.streams.delete('COINFLIPS')
  const outcome = await until(
    () => notifier.publish(notification(3), timeoutMs),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.equal(outcome.kind, 'stored')
})

t.test('a stream that is full refuses, and takes again when there is room', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { max_msgs: 1, discard: DiscardPolicy.New })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  t.equal((await notifier.publish(notification(7), timeoutMs)).kind, 'StreamFull')
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored-before')
  await manager.streams.update('COINFLIPS', { max_msgs: 2 })
  t.equal((await notifier.publish(notification(7), timeoutMs)).kind, 'stored')
})

t.test('a stream that is there is never altered, only judged', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { max_age: nanos(3_600_000), storage: StorageType.Memory })
  const before = (await manager.streams.info('COINFLIPS')).config
  const { notifier, firstAttempt, states } = openService(t, server)
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  t.match(states, [{ kind: 'present', weaknesses: [/max_age/, /memory/] }])
  t.same((await manager.streams.info('COINFLIPS')).config, before)
})

t.test('a stream that lacks the subjects is told of as a setting', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { subjects: ['other.>'] })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.match(await notifier.publish(notification(3), timeoutMs), { kind: 'Misconfigured' })
})

t.test('subjects that belong to another stream are told of with the code', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { name: 'OTHER' })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.same(await notifier.publish(notification(3), timeoutMs), { kind: 'Misconfigured', code: 10060 })
})
