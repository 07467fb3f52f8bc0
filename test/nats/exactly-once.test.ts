import { type CloudEvent, HTTP } from 'cloudevents'
import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { openObserver, openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000

t.test('stores one message for 20 concurrent publishes from two connections', async (t) => {
  const server = await startServer(t)
  const services = [openService(t, server), openService(t, server)]
  await Promise.all(services.map(({ firstAttempt }) => firstAttempt))
  const observer = await openObserver(t, server.url)
  const repeats = () =>
    Promise.all(
      services.flatMap(({ notifier }) =>
        Array.from({ length: 10 }, () => notifier.publish(notification(3), timeoutMs)),
      ),
    )
  const first = await repeats()
  t.equal(first.filter(({ kind }) => kind === 'stored').length, 1, 'one of them stores it')
  t.equal(first.filter(({ kind }) => kind === 'duplicate').length, 19)
  const second = await repeats()
  t.equal(second.filter(({ kind }) => kind === 'duplicate').length, 20, 'later ones are duplicates')
  t.same(
    (await observer.events()).map(({ id }) => id),
    ['uid-1.3'],
  )
})

t.test('stores a removed message again at once', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const { manager, events } = await openObserver(t, server.url)
  const { subject } = notification(3)
  t.match(await notifier.publish(notification(3), timeoutMs), { kind: 'stored', sequence: 1 })
  for (const [name, remove] of [
    ['a purge of the stream', () => manager.streams.purge('COINFLIPS')],
    ['a purge of the subject', () => manager.streams.purge('COINFLIPS', { filter: subject })],
    ['a deletion of the message', () => manager.streams.deleteMessage('COINFLIPS', 3)],
  ] as const) {
    await remove()
    t.equal((await events()).length, 0, name)
    t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored', name)
    t.equal((await events()).length, 1, name)
  }
})

t.test(
  'stores the message of an object whose uid a call of another namespace has claimed',
  async (t) => {
    const server = await startServer(t)
    const { notifier, firstAttempt } = openService(t, server)
    await firstAttempt
    const { manager } = await openObserver(t, server.url)
    const victim = notification(3)
    const claimed = notification(3, 1, 'elsewhere')
    t.equal(claimed.event.id, victim.event.id)
    t.equal((await notifier.publish(claimed, timeoutMs)).kind, 'stored')
    t.equal((await notifier.publish(victim, timeoutMs)).kind, 'stored')
    const message = await manager.streams.getMessage('COINFLIPS', { last_by_subj: victim.subject })
    t.same(message?.json(), victim.event)
  },
)

t.test('publishes a CloudEvent in structured mode', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  const sent = notification(3)
  await notifier.publish(sent, timeoutMs)
  const { manager } = await openObserver(t, server.url)
  const message = await manager.streams.getMessage('COINFLIPS', { seq: 1 })
  t.equal(message?.subject, 'coinflips.three-tails.casino.uid-1.3')
  const headers = { 'content-type': message?.header.get('Content-Type') }
  const received = HTTP.toEvent({ headers, body: message?.string() }) as CloudEvent<unknown>
  t.ok(received.validate())
  t.same(JSON.parse(String(received)), sent.event)
})

t.test('refuses a duplicate after a restart of the killed server', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.match(await notifier.publish(notification(3), timeoutMs), { kind: 'stored', sequence: 1 })
  await server.kill()
  await waitFor(
    () => notifier.publish(notification(3), timeoutMs),
    ({ kind }) => kind === 'BrokerUnavailable',
  )
  await server.restart()
  const outcome = await waitFor(
    () => notifier.publish(notification(3), timeoutMs),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.equal(outcome.kind, 'duplicate')
  const observer = await openObserver(t, server.url)
  t.equal((await observer.events()).length, 1)
})

t.test('neither loses, duplicates nor reorders a publish to a frozen server', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  await notifier.publish(notification(3, 1), timeoutMs)
  server.freeze()
  t.equal((await notifier.publish(notification(7, 2), 300)).kind, 'BrokerUnavailable')
  server.thaw()
  // The publish that timed out is in the server's socket, and stored once the server continues.
  const again = await waitFor(
    () => notifier.publish(notification(7, 2), timeoutMs),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.equal(again.kind, 'duplicate', 'its own first attempt')
  t.equal((await notifier.publish(notification(11, 3), timeoutMs)).kind, 'stored')
  const observer = await openObserver(t, server.url)
  t.same(
    (await observer.events()).map(({ data }) => data.flip),
    [3, 7, 11],
  )
})

t.test('probes a hung server with one call, and answers the others at once', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  server.freeze()
  t.equal((await notifier.publish(notification(1), 100)).kind, 'BrokerUnavailable')
  const probe = notifier.publish(notification(2), 2_000)
  const start = performance.now()
  const others = await Promise.all(
    Array.from({ length: 50 }, (_, i) => notifier.publish(notification(i + 3), 2_000)),
  )
  t.ok(performance.now() - start < 1_000, 'the others are answered during the probe')
  t.ok(others.every(({ kind }) => kind === 'BrokerUnavailable'))
  server.thaw()
  t.equal((await probe).kind, 'stored', 'the probe gets its acknowledgement')
  t.equal(
    (await notifier.publish(notification(60), 2_000)).kind,
    'stored',
    'all calls publish again',
  )
})

t.test('ignores an acknowledgement of another stream', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server, { create: false })
  await firstAttempt
  const { client } = await openObserver(t, server.url)
  client.subscribe('coinflips.three-tails.>', {
    callback: (_error, message) => void message.respond('{"stream":"OTHER","seq":1}'),
  })
  await client.flush()
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'Misconfigured')
})
