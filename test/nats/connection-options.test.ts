import t from 'tap'
import { buildConnectionOptions } from '../../server/nats/connection-options.ts'

for (const [name, settings, expected] of [
  ['a token', { token: 's' }, { token: 's' }],
  ['a user', { user: 'u', password: 'p' }, { user: 'u', pass: 'p' }],
  ['a login in the address', { url: 'nats://u:p@a' }, { user: 'u', pass: 'p' }],
  ['a token in the address', { url: 'nats://s@a' }, { token: 's' }],
  [
    'addresses without their logins',
    { url: 'nats://u:p@a,tls://[::1]:5' },
    { servers: ['a:4222', '[::1]:5'], tls: {} },
  ],
  ['TLS from the first byte', { tlsFirst: true }, { tls: { handshakeFirst: true } }],
  ['an inbox prefix', { inboxPrefix: '_I' }, { inboxPrefix: '_I' }],
  ['a client that never gives up', {}, { maxReconnectAttempts: -1, ignoreAuthErrorAbort: true }],
] as const)
  t.match(buildConnectionOptions({ url: 'nats://a', ...settings }), expected, name)

t.notOk('tls' in buildConnectionOptions({ url: 'nats://a' }), 'no TLS unless a setting requires it')
