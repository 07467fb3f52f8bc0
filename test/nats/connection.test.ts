import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { openConnection } from '../../server/nats/connection.ts'
import type { PublishFailure } from '../../server/nats/message.ts'
import { notification } from '../lib/notification.ts'
import { addStream, openObserver, openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000

t.test('connects to a server that starts later', async (t) => {
  const port = await freePort()
  const { notifier, firstAttempt, heard } = openService(t, { url: `nats://127.0.0.1:${port}` })
  await firstAttempt
  const start = performance.now()
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'Connecting')
  t.ok(performance.now() - start < timeoutMs / 2, 'is reported at once, not after a timeout')
  await startServer(t, { port })
  const outcome = await waitFor(
    () => notifier.publish(notification(3), timeoutMs),
    ({ kind }) => kind !== 'Connecting',
  )
  t.equal(outcome.kind, 'stored', 'is used once it is there')
  t.same(heard, ['BrokerUnavailable', 'connected'], 'each change is reported once')
})

t.test('reports a server that has not responded since the start', async (t) => {
  const url = `nats://127.0.0.1:${await freePort()}`
  const observer = { up() {}, down() {} }
  const source = { buildOptions: () => ({ servers: url }), check: () => undefined }
  const connection = openConnection(source, observer, 300)
  t.teardown(() => connection.close(1_000))
  t.same(connection.current(), { kind: 'Connecting' })
  const state = await waitFor(
    async () => connection.current() as PublishFailure,
    ({ kind }) => kind !== 'Connecting',
  )
  t.same(state, { kind: 'BrokerUnavailable' })
})

t.test('reports a lost server at once, and reconnects to it', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, heard } = openService(t, server)
  await firstAttempt
  await server.kill()
  await waitFor(
    async () => heard,
    (all) => all.length === 2,
  )
  const start = performance.now()
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'BrokerUnavailable')
  t.ok(performance.now() - start < timeoutMs / 2)
  await server.restart()
  await waitFor(
    async () => heard,
    (all) => all.length === 3,
  )
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  t.same(heard, ['connected', 'BrokerUnavailable', 'connected'])
})

t.test('closes in time while the server is frozen, with a publish in flight', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, close } = openService(t, server)
  await firstAttempt
  server.freeze()
  const pending = notifier.publish(notification(3), 1_000)
  const start = performance.now()
  await close(200)
  t.ok(performance.now() - start < 5_000)
  t.equal((await pending).kind, 'BrokerUnavailable')
  server.thaw()
})

t.test('reports wrong credentials', async (t) => {
  const users = 'authorization { users: [ { user: flip, password: right } ] }'
  const server = await startServer(t, { config: users })
  const wrong = { user: 'flip', password: 'wrong' }
  const refused = openService(t, { url: server.url, ...wrong })
  await refused.firstAttempt
  t.equal((await refused.notifier.publish(notification(3), timeoutMs)).kind, 'NotAuthorized')
  for (const [name, nats] of [
    ['user and password', { url: server.url, user: 'flip', password: 'right' }],
    ['user and password in the address', { url: server.url.replace('//', '//flip:right@') }],
  ] as const) {
    const { notifier, firstAttempt } = openService(t, nats)
    await firstAttempt
    t.match((await notifier.publish(notification(3), timeoutMs)).kind, /^(stored|duplicate)$/, name)
  }
})

t.test('reports revoked credentials once, and then each change', async (t) => {
  const server = await startServer(t, {
    config: 'authorization { users: [ { user: a, password: right } ] }',
  })
  const file = join(server.dir, 'nats.conf')
  const before = await readFile(file, 'utf8')
  const login = { url: server.url, user: 'a', password: 'right' }
  const { notifier, firstAttempt, heard } = openService(t, login)
  await firstAttempt
  const changes = [
    'connected',
    'BrokerUnavailable',
    'NotAuthorized',
    'BrokerUnavailable',
    'connected',
  ]
  const heardAll = (count: number) =>
    waitFor(
      async () => heard.length,
      (n) => n >= count,
    )
  await writeFile(file, before.replace('right', 'another'))
  await server.restart()
  await heardAll(3)
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'NotAuthorized')
  await server.kill()
  await heardAll(4)
  await writeFile(file, before)
  await server.restart()
  await heardAll(5)
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  t.same(heard, changes)
})

t.test('reports missing permissions', async (t) => {
  const deny = (permissions: string) =>
    `authorization { users: [ { user: flip, password: p, permissions: { ${permissions} } }, { user: admin, password: p } ] }`
  for (const [name, permissions, expected] of [
    ['to publish', 'publish: { deny: "coinflips.>" }', 'NotAuthorized'],
    [
      'to check the stream do not matter',
      'publish: "coinflips.three-tails.>", subscribe: "_INBOX.>"',
      'stored',
    ],
  ] as const) {
    const server = await startServer(t, { config: deny(permissions) })
    const { manager } = await openObserver(t, server.url, { user: 'admin', pass: 'p' })
    await addStream(manager)
    const { notifier, firstAttempt } = openService(t, {
      url: server.url,
      user: 'flip',
      password: 'p',
    })
    await firstAttempt
    t.equal((await notifier.publish(notification(3), 1_000)).kind, expected, name)
  }
})
