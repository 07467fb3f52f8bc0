import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, errors } from '@nats-io/transport-node'
import t, { type Test } from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { addStream, openObserver, openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000
const inboxPrefix = '_INBOX_coinflip'
const admin = { user: 'admin', pass: 'p' }

/** Subjects of the service, without and with the permission to create the stream. */
const least = ['coinflips.three-tails.>', '$JS.API.STREAM.INFO.COINFLIPS']
const creating = [...least, '$JS.API.STREAM.CREATE.COINFLIPS']

const rights = (publish: readonly string[]) => `authorization { users: [
  { user: flip, password: p, permissions: {
    publish: ${JSON.stringify(publish)}, subscribe: "${inboxPrefix}.>" } }
  { user: admin, password: p }
] }`

async function guarded(t: Test, publish: readonly string[], create: boolean) {
  const server = await startServer(t, { config: rights(publish) })
  const login = { url: server.url, user: 'flip', password: 'p', inboxPrefix }
  const open = () => openService(t, login, { create })
  const observe = () => openObserver(t, server.url, admin)
  return { server, open, observe }
}

/** Whether the server refuses it because of a missing permission only. */
async function isDenied(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt()
    return false
  } catch (error) {
    const causes = [error, (error as Error).cause]
    return causes.some((cause) => cause instanceof errors.PermissionViolationError)
  }
}

t.test('publishes to an existing stream with the minimal permissions', async (t) => {
  const { open, observe } = await guarded(t, least, false)
  const { notifier, firstAttempt, states, heard } = open()
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'StreamMissing')
  const { manager, events } = await observe()
  await addStream(manager)
  const outcomes = ['stored', 'duplicate']
  for (const kind of outcomes)
    t.equal((await notifier.publish(notification(3), timeoutMs)).kind, kind)
  t.equal((await events()).length, 1)
  const state = await waitFor(
    async () => {
      await notifier.publish(notification(3), timeoutMs)
      return states.at(-1)
    },
    (last) => last?.kind === 'present',
  )
  t.match(state, { issues: [] }, 'the state of the stream is known')
  t.same(heard, ['connected'])
  const later = open()
  await later.firstAttempt
  t.match(later.states, [{ kind: 'present', issues: [], created: false }])
})

t.test('creates the stream, again after a deletion, with one more permission', async (t) => {
  const { open, observe } = await guarded(t, creating, true)
  const { notifier, firstAttempt, states } = open()
  await firstAttempt
  t.match(states, [{ kind: 'present', created: true }])
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  const { manager } = await observe()
  await manager.streams.delete('COINFLIPS')
  await waitFor(
    () => notifier.publish(notification(7), timeoutMs),
    ({ kind }) => kind === 'stored',
  )
})

t.test('reports a missing permission to create the stream', async (t) => {
  const { open } = await guarded(t, least, true)
  const { notifier, firstAttempt, states } = open()
  await firstAttempt
  t.same(states, [{ kind: 'NotAuthorized' }])
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'NotAuthorized')
})

t.test('can do nothing else as the same user', async (t) => {
  const { server, observe } = await guarded(t, creating, true)
  const { manager, js, events } = await observe()
  await addStream(manager)
  await addStream(manager, { name: 'OTHER', subjects: ['other.>'] })
  await js.publish('other.x', 'secret')
  await manager.consumers.add('COINFLIPS', { durable_name: 'reader' })
  const login = { user: 'flip', pass: 'p', inboxPrefix, servers: server.url }
  const client = await connect(login)
  t.teardown(() => client.close())
  const options = { timeout: 2_000 }
  const own = await jetstreamManager(client, { ...options, checkAPI: false })
  const request = (subject: string, body: object = {}) =>
    client.request(subject, JSON.stringify(body), options)
  const config = { name: 'COINFLIPS', subjects: ['coinflips.three-tails.>'] }
  for (const [name, attempt] of [
    ['read a message', () => own.streams.getMessage('COINFLIPS', { seq: 1 })],
    ['read a message directly', () => own.direct.getMessage('COINFLIPS', { seq: 1 })],
    ['create a consumer', () => own.consumers.add('COINFLIPS', { name: 'x' })],
    ['fetch from a consumer', () => request('$JS.API.CONSUMER.MSG.NEXT.COINFLIPS.reader')],
    ['see a consumer', () => own.consumers.info('COINFLIPS', 'reader')],
    ['pause a consumer', () => own.consumers.pause('COINFLIPS', 'reader', new Date())],
    ['delete the stream', () => own.streams.delete('COINFLIPS')],
    ['purge the stream', () => own.streams.purge('COINFLIPS')],
    ['change the stream', () => request('$JS.API.STREAM.UPDATE.COINFLIPS', config)],
    ['delete a message', () => own.streams.deleteMessage('COINFLIPS', 1)],
    ['list the streams', () => request('$JS.API.STREAM.NAMES')],
    ['see another stream', () => own.streams.info('OTHER')],
    ['create another stream', () => own.streams.add({ name: 'MINE', subjects: ['mine'] })],
    ['see the account', () => own.getAccountInfo()],
    ['publish elsewhere', () => jetstream(client, options).publish('other.x', 'x')],
    ['publish above the prefix', () => jetstream(client, options).publish('coinflips.x', 'x')],
    ['acknowledge for others', () => request('$JS.ACK.COINFLIPS.reader.1.1.1.1.1')],
    ['acknowledge as the stream', () => request('_INBOX.x', { stream: 'COINFLIPS', seq: 1 })],
  ] as const)
    t.ok(await isDenied(attempt), `it cannot ${name}`)
  for (const subject of ['coinflips.three-tails.>', '_INBOX.>', '$JS.>', '>']) {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    client.subscribe(subject, { callback: (error) => resolve(error?.name) })
    t.equal(await promise, 'PermissionViolationError', `it cannot listen on ${subject}`)
  }
  t.same(await events(), [], 'nothing was stored')
  t.equal((await manager.streams.info('OTHER')).state.messages, 1)
  const { config: now } = await manager.streams.info('COINFLIPS')
  t.same(now.subjects, ['coinflips.three-tails.>'])
})
