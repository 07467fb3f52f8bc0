import t from 'tap'
import { connectionOptions, parseServers } from '../../server/nats/options.ts'

for (const [url, expected] of [
  ['nats://a:4222', { servers: ['nats://a:4222'] }],
  ['a, tls://b:4222', { servers: ['a', 'tls://b:4222'], tls: true }],
  ['nats://user:p%40ss@a:4222', { servers: ['nats://a:4222'], user: 'user', pass: 'p@ss' }],
  ['nats://u:a:b://c@d%@a', { servers: ['nats://a'], user: 'u', pass: 'a:b://c@d%' }],
  ['token@a', { servers: ['a'], user: 'token' }],
] as const)
  t.same(parseServers(url), expected, `${url} is taken apart`)

for (const [name, settings, expected] of [
  ['a token', { token: 's' }, { token: 's' }],
  ['a user', { user: 'u', password: 'p' }, { user: 'u', pass: 'p' }],
  ['a login in the address', { url: 'nats://u:p@a' }, { user: 'u', pass: 'p' }],
  ['a token in the address', { url: 'nats://s@a' }, { token: 's' }],
  ['an address that asks for TLS', { url: 'nats://a,tls://b' }, { tls: {} }],
  ['an inbox prefix', { inboxPrefix: '_I' }, { inboxPrefix: '_I' }],
  ['a client that never gives up', {}, { maxReconnectAttempts: -1, ignoreAuthErrorAbort: true }],
] as const)
  t.match(connectionOptions({ url: 'nats://a', ...settings }), expected, name)

t.notOk('tls' in connectionOptions({ url: 'nats://a' }), 'no TLS unless something of it is set')
