import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import t from 'tap'
import { addStream, openObserver, openService, startServer, until } from '../lib/real-broker.ts'
import { notification } from './notification.ts'

const timeoutMs = 5_000

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
  })
  for (const { states } of services)
    t.match(states, [{ kind: 'present', issues: [] }], 'by two at once, without a complaint')
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
  t.match(states, [{ kind: 'present', issues: [{ text: /max_age/ }, { text: /memory/ }] }])
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
  const issue = 'expected stream does not match'
  const outcome = await notifier.publish(notification(3), timeoutMs)
  t.same(outcome, { kind: 'Misconfigured', code: 10060, issue })
})

t.test('a subscriber beside it does not hide a stream that is missing', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, states } = openService(t, server)
  await firstAttempt
  const { manager, client } = await openObserver(t, server.url)
  client.subscribe('coinflips.>')
  await client.flush()
  await manager.streams.delete('COINFLIPS')
  const outcome = await until(
    () => notifier.publish(notification(3), 300),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.match(outcome.kind, /^stored/, 'it is made again')
  const kept = openService(t, server, {
    create: false,
    name: 'OTHER',
    subjectPrefix: 'coinflips.o',
  })
  await kept.firstAttempt
  const { event } = notification(3)
  t.equal(
    (await kept.notifier.publish({ subject: 'coinflips.o.a.b.3', event }, 300)).kind,
    'StreamMissing',
    'or told of where it may not be made',
  )
  t.match(states.at(-1), { kind: 'present', issues: [] })
})

t.test('changes of the stream are noticed while nothing is published', async (t) => {
  const server = await startServer(t)
  const { firstAttempt, states } = openService(t, server, { create: false }, 20)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  const reported = (count: number) =>
    until(
      async () => states.length,
      (length) => length >= count,
    )
  await addStream(manager)
  await reported(2)
  await manager.streams.update('COINFLIPS', { max_age: nanos(3_600_000) })
  await reported(3)
  await manager.streams.update('COINFLIPS', { max_age: 0 })
  await reported(4)
  await manager.streams.delete('COINFLIPS')
  await reported(5)
  t.match(
    states,
    [
      { kind: 'StreamMissing' },
      { kind: 'present', issues: [] },
      { kind: 'present', issues: [{ text: /max_age/ }] },
      { kind: 'present', issues: [] },
      { kind: 'StreamMissing' },
    ],
    'each once',
  )
})

t.test('a stream that is deleted is made again while nothing is published', async (t) => {
  const server = await startServer(t)
  const { firstAttempt } = openService(t, server, {}, 20)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  await manager.streams.delete('COINFLIPS')
  const { config } = await until(
    () => manager.streams.info('COINFLIPS').catch(() => ({ config: undefined })),
    (info) => info.config !== undefined,
  )
  t.equal(config?.discard, DiscardPolicy.New)
})
