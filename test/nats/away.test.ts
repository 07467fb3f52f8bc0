import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'
import { addStream, openObserver, openService, startServer, until } from '../lib/real-broker.ts'
import { notification } from './notification.ts'

const timeoutMs = 5_000

t.test('a server that is not there yet', async (t) => {
  const port = await freePort()
  const { notifier, firstAttempt, heard } = openService(t, { url: `nats://127.0.0.1:${port}` })
  await firstAttempt
  const start = performance.now()
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'BrokerUnavailable')
  t.ok(performance.now() - start < timeoutMs / 2, 'is told of at once, not after a timeout')
  await startServer(t, { port })
  const outcome = await until(
    () => notifier.publish(notification(3), timeoutMs),
    ({ kind }) => kind !== 'BrokerUnavailable',
  )
  t.equal(outcome.kind, 'stored', 'is used when it comes')
  t.same(heard, ['BrokerUnavailable', 'connected'], 'each change is told once')
})

t.test('a server that goes is told of at once, and used when it is back', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt, heard } = openService(t, server)
  await firstAttempt
  await server.kill()
  await until(
    async () => heard,
    (all) => all.length === 2,
  )
  const start = performance.now()
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'BrokerUnavailable')
  t.ok(performance.now() - start < timeoutMs / 2)
  await server.restart()
  await until(
    async () => heard,
    (all) => all.length === 3,
  )
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  t.same(heard, ['connected', 'BrokerUnavailable', 'connected'])
})

t.test('closing ends in time while the server is frozen, with a publish under way', async (t) => {
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

t.test('a wrong login', async (t) => {
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
    t.match((await notifier.publish(notification(3), timeoutMs)).kind, /^stored/, name)
  }
})

t.test('a login that stops working is told of once, and so is what follows', async (t) => {
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
    until(
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

t.test('rights that are missing', async (t) => {
  const deny = (permissions: string) =>
    `authorization { users: [ { user: flip, password: p, permissions: { ${permissions} } }, { user: admin, password: p } ] }`
  for (const [name, permissions, expected] of [
    ['to publish', 'publish: { deny: "coinflips.>" }', 'NotAuthorized'],
    [
      'to look at the stream do not matter',
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
