import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { addStream, openObserver, openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000

t.test('creates a missing stream with the settings for exactly-once', async (t) => {
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
    t.match(states, [{ kind: 'present', issues: [] }], 'by two replicas at once, without an issue')
})

t.test('does not create a missing stream with NATS_STREAM_CREATE=false', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, states } = openService(t, server, { create: false })
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'StreamMissing')
  t.same(states, [{ kind: 'StreamMissing' }], 'is reported once')
  const { manager } = await openObserver(t, server.url)
  await addStream(manager)
  t.equal(
    (await notifier.publish(notification(3), timeoutMs)).kind,
    'stored',
    'is used once it is there',
  )
})

t.test('creates a deleted stream again', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  await manager.streams.delete('COINFLIPS')
  const outcome = await waitFor(
    () => notifier.publish(notification(3), timeoutMs),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.equal(outcome.kind, 'stored')
})

t.test('reports a full stream, and publishes once it has space', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { max_msgs: 1, discard: DiscardPolicy.New })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  t.equal((await notifier.publish(notification(7), timeoutMs)).kind, 'StreamFull')
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'duplicate')
  await manager.streams.update('COINFLIPS', { max_msgs: 2 })
  t.equal((await notifier.publish(notification(7), timeoutMs)).kind, 'stored')
})

t.test('never changes an existing stream', async (t) => {
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

t.test('reports a stream without the subjects as Misconfigured', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { subjects: ['other.>'] })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.match(await notifier.publish(notification(3), timeoutMs), { kind: 'Misconfigured' })
})

t.test('reports subjects of another stream with the code', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager, { name: 'OTHER' })
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const issue = 'expected stream does not match'
  const outcome = await notifier.publish(notification(3), timeoutMs)
  t.same(outcome, { kind: 'Misconfigured', code: 10060, issue })
})

t.test('finds that the stream is missing despite a subscriber', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, states } = openService(t, server)
  await firstAttempt
  const { manager, client } = await openObserver(t, server.url)
  client.subscribe('coinflips.>')
  await client.flush()
  await manager.streams.delete('COINFLIPS')
  const outcome = await waitFor(
    () => notifier.publish(notification(3), 300),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.match(outcome.kind, /^stored/, 'it is created again')
  const kept = openService(t, server, {
    create: false,
    name: 'OTHER',
    subjectPrefix: 'coinflips.o',
  })
  await kept.firstAttempt
  const moved = { ...notification(3), subject: 'coinflips.o.a.b.3' }
  t.equal(
    (await kept.notifier.publish(moved, 300)).kind,
    'StreamMissing',
    'or reported without the permission to create it',
  )
  t.match(states.at(-1), { kind: 'present', issues: [] })
})

t.test('notices changes of the stream without a publish', async (t) => {
  const server = await startServer(t)
  const { firstAttempt, states } = openService(t, server, { create: false }, 20)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  const reported = (count: number) =>
    waitFor(
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

t.test('creates a deleted stream again without a publish', async (t) => {
  const server = await startServer(t)
  const { firstAttempt } = openService(t, server, {}, 20)
  await firstAttempt
  const { manager } = await openObserver(t, server.url)
  await manager.streams.delete('COINFLIPS')
  const { config } = await waitFor(
    () => manager.streams.info('COINFLIPS').catch(() => ({ config: undefined })),
    (info) => info.config !== undefined,
  )
  t.equal(config?.discard, DiscardPolicy.New)
})
