import t from 'tap'
import { parseServers } from '../../server/nats/servers.ts'

const a = { host: 'a', port: 4222 }

for (const [url, expected] of [
  ['nats://a:4222', { addresses: [a] }],
  ['a', { addresses: [a] }],
  [
    'a:1, NATS://b:2/',
    {
      addresses: [
        { ...a, port: 1 },
        { host: 'b', port: 2 },
      ],
    },
  ],
  ['a, tls://b_c.svc', { addresses: [a, { host: 'b_c.svc', port: 4222 }], tls: true }],
  [
    'nats://[::1]:5,[::1]',
    {
      addresses: [
        { host: '[::1]', port: 5 },
        { host: '[::1]', port: 4222 },
      ],
    },
  ],
  ['nats://user:p%40ss@a:4222', { addresses: [a], user: 'user', pass: 'p@ss' }],
  ['nats://u:a:b://c@d%@a', { addresses: [a], user: 'u', pass: 'a:b://c@d%' }],
  ['token@a', { addresses: [a], user: 'token' }],
] as const)
  t.same(parseServers(url), { tls: false, ...expected }, `${url} is taken apart`)

const host = 'address 1 has no valid host (no quotes, IPv6 in brackets)'
const port = 'address 1 has a port that is not a number from 1 to 65535'
const scheme = 'address 1 must begin with nats:// or tls://'

for (const [url, fault] of [
  ['nats://hunter2:notaport', port],
  ['nats://hunter2:', port],
  ['nats://hunter2:0', port],
  ['nats://hunter2:65536', port],
  ['nats://', 'address 1 has no host'],
  ['nats://u:hunter2@:4222', 'address 1 has no host'],
  ['"nats://hunter2:4222"', host],
  ["'nats://hunter2'", host],
  ['nats://hunter2/path', host],
  ['hunter2 hunter2', host],
  ['::1', host],
  ['nats://[hunter2]', host],
  ['[fe80::1%eth0]', host],
  ['300.1.1.1', host],
  ['nats://hunter2:4222,', 'address 2 is empty; is there a comma too many?'],
  ['nats://a,,b', 'address 2 is empty; is there a comma too many?'],
  [' ', 'address 1 is empty; is there a comma too many?'],
  ['ws://hunter2', scheme],
  ['http://hunter2:4222', scheme],
  ['://hunter2', scheme],
] as const)
  t.same(parseServers(url), { fault }, `${url} is refused without showing its value`)
