import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { arrayNotifier, coinflip, context } from '../lib/coinflip.ts'
import { realApp } from '../lib/real-app.ts'
import { exchange, requestOf } from './exchange.ts'

const { notifier, flips } = arrayNotifier(() => undefined)
const { app } = await realApp(t, context(notifier).context)
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo

const good = { parent: coinflip('TT') }
const text = JSON.stringify(good)
const limit = 4_194_304
const padded = (bytes: number) => {
  const call = JSON.stringify({ ...good, padding: '' })
  return call.replace('"padding":""', `"padding":"${'x'.repeat(bytes - call.length)}"`)
}
const named = (name: string) => text.replace('table-1', name)
const meta = (parts: object) =>
  JSON.stringify({ parent: { ...good.parent, metadata: { ...good.parent.metadata, ...parts } } })
const raw = (head: string, body = text) => `${head}\r\nConnection: close\r\n\r\n${body}`
const post = 'POST /sync HTTP/1.1\r\nHost: h\r\nContent-Type: application/json'
const flipsOf = (count: number) => JSON.stringify({ parent: coinflip('H'.repeat(count)) })

const table: [string, string | Buffer, number[]][] = [
  ['a good call', requestOf(text), [200]],
  ['truncated JSON', requestOf(text.slice(0, -3)), [400]],
  ['an empty body', requestOf(''), [400]],
  ['blanks', requestOf('   '), [400]],
  ['two values', requestOf(`${text}${text}`), [400]],
  ['a byte order mark', requestOf(`\ufeff${text}`), [200]],
  ['single quotes', requestOf(text.replaceAll('"', "'")), [400]],
  ['a comment', requestOf(`/* */${text}`), [400]],
  ['100,000 levels of lists', requestOf('['.repeat(100_000) + ']'.repeat(100_000)), [400]],
  ['100,000 levels without an end', requestOf('[{"a":'.repeat(50_000)), [400]],
  [
    '100,000 levels in a field that no hook reads',
    requestOf(
      JSON.stringify({ ...good, x: 0 }).replace(
        '"x":0',
        `"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      ),
    ),
    [200],
  ],
  ['a key twice, of which the last counts', requestOf(text.replace('{', '{"parent":1,')), [200]],
  ['a key twice, the last wrong', requestOf(text.replace(/}$/, ',"parent":1}')), [400]],
  ['a call in __proto__ only', requestOf(`{"__proto__":${text}}`), [400]],
  [
    'a spec in __proto__ only',
    requestOf(text.replace(/"spec":(.*)}}$/, '"__proto__":{"spec":$1}}}')),
    [400],
  ],
  [
    '__proto__ beside the spec, a field like any other',
    requestOf(text.replace('"spec"', '"__proto__":{"spec":{"flips":"x"}},"spec"')),
    [200],
  ],
  [
    'an escaped __proto__',
    requestOf(text.replace('"spec"', '"\\u005f_proto__":{"a":1},"spec"')),
    [200],
  ],
  [
    'a constructor with a prototype',
    requestOf(text.replace('"spec"', '"constructor":{"prototype":{"a":1}},"spec"')),
    [200],
  ],
  [
    'a constructor that is data',
    requestOf(text.replace('"spec"', '"constructor":"x","spec"')),
    [200],
  ],
  ['a lone surrogate as name', requestOf(named('\\ud800')), [400]],
  [
    'a lone surrogate in a field that no hook reads',
    requestOf(JSON.stringify({ ...good, x: '\ud800' })),
    [200],
  ],
  ['invalid UTF-8 as name', requestOf(Buffer.from(named('\xff\xfe'), 'latin1')), [400]],
  ['NUL as name', requestOf(named('\\u0000')), [400]],
  ['a bare NUL', requestOf(named('\0')), [400]],
  ['a bare newline in a text', requestOf(named('a\nb')), [400]],
  [
    'a generation beyond 2^53',
    requestOf(text.replace('"generation":1', '"generation":9007199254740993')),
    [200],
  ],
  ['a generation of 1e400', requestOf(text.replace('"generation":1', '"generation":1e400')), [400]],
  ['a generation of -1', requestOf(text.replace('"generation":1', '"generation":-1')), [400]],
  ['a generation of 1.0', requestOf(text.replace('"generation":1', '"generation":1.0')), [200]],
  ['NaN', requestOf(text.replace('"generation":1', '"generation":NaN')), [400]],
  ['hexadecimal', requestOf(text.replace('"generation":1', '"generation":0x10')), [400]],
  ['no content type', requestOf(text, { type: '' }), [415]],
  ['text', requestOf(text, { type: 'text/plain' }), [415]],
  ['a form', requestOf(text, { type: 'application/x-www-form-urlencoded' }), [415]],
  ['several parts', requestOf(text, { type: 'multipart/form-data; boundary=x' }), [415]],
  ['nearly JSON', requestOf(text, { type: 'application/jsonx' }), [415]],
  ['a broken content type', requestOf(text, { type: ';;;' }), [415]],
  ['JSON with a charset', requestOf(text, { type: 'application/json; charset=utf-8' }), [200]],
  ['JSON in capitals', requestOf(text, { type: 'APPLICATION/JSON' }), [200]],
  [
    'UTF-16',
    requestOf(Buffer.from(text, 'utf16le'), { type: 'application/json; charset=utf-16' }),
    [400],
  ],
  ['gzip', requestOf(gzipSync(text), { more: 'Content-Encoding: gzip' }), [400]],
  ['a body at the limit', requestOf(padded(limit)), [200]],
  ['a body one byte above it', requestOf(padded(limit + 1)), [413]],
  ['a length of a terabyte', requestOf('', { length: 1e12 }), [413]],
  [
    'chunked above the limit',
    `${raw(`${post}\r\nTransfer-Encoding: chunked`, '')}${(limit + 10).toString(16)}\r\n${'x'.repeat(limit + 10)}\r\n0\r\n\r\n`,
    [413],
  ],
  [
    'chunked',
    `${raw(`${post}\r\nTransfer-Encoding: chunked`, '')}${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
    [200],
  ],
  ['a chunk that is no number', `${raw(`${post}\r\nTransfer-Encoding: chunked`, '')}zz\r\n`, [400]],
  [
    'a length and chunks',
    raw(`${post}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked`, '0\r\n\r\n'),
    [400],
  ],
  ['two lengths', raw(`${post}\r\nContent-Length: 5\r\nContent-Length: 6`), [400]],
  ['a negative length', raw(`${post}\r\nContent-Length: -5`), [400]],
  ['a length with a sign', raw(`${post}\r\nContent-Length: +5`), [400]],
  ['an unknown transfer coding', raw(`${post}\r\nTransfer-Encoding: xchunked`), [400]],
  ['chunked, hidden by a blank', raw(`${post}\r\nTransfer-Encoding : chunked`), [400]],
  ['a folded header', raw(`${post}\r\nX-A: 1\r\n folded: 2\r\nContent-Length: 0`, ''), [400]],
  ['a bare line feed', `POST /sync HTTP/1.1\nHost: h\nContent-Length: 0\n\n`, [400]],
  ['no host', raw('POST /sync HTTP/1.1\r\nContent-Length: 0', ''), [400]],
  ['a NUL in a header', raw(`${post}\r\nX-A: a\0b\r\nContent-Length: 0`, ''), [400]],
  ['10,000 headers', raw(`${post}${'\r\nX-A: 1'.repeat(10_000)}\r\nContent-Length: 0`, ''), [431]],
  [
    'one header of 100 KB',
    raw(`${post}\r\nX-A: ${'a'.repeat(100_000)}\r\nContent-Length: 0`, ''),
    [431],
  ],
  ['no HTTP', 'hello\r\n\r\n', [400]],
  ['another version of HTTP', raw('POST /sync HTTP/3.0\r\nContent-Length: 0', ''), [400]],
  ['TLS on a plain port', Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5]), [400]],
  [
    'two calls at once on one connection',
    Buffer.concat([
      Buffer.from(requestOf(text).toString().replace('Connection: close\r\n', '')),
      requestOf(text),
    ]),
    [200, 200],
  ],
  ['a path above', requestOf(text, { path: '/../sync' }), [404]],
  ['a path with a NUL', requestOf(text, { path: '/sync%00' }), [404]],
  ['a path with a broken escape', requestOf(text, { path: '/%zz' }), [400]],
  ['a path of 10 KB', requestOf(text, { path: `/${'a'.repeat(10_000)}` }), [404]],
  ['a whole address as path', requestOf(text, { path: 'http://other/sync' }), [200]],
  ...['*', '>', '.', 'a.b', 'a b', ' ', 'a\n', '\r\nPUB x', '$JS.API', 'a'.repeat(300)].flatMap(
    (token): [string, Buffer, number[]][] => [
      [
        `the namespace ${JSON.stringify(token.slice(0, 9))}`,
        requestOf(meta({ namespace: token })),
        [400],
      ],
      [`the uid ${JSON.stringify(token.slice(0, 9))}`, requestOf(meta({ uid: token })), [400]],
    ],
  ),
  ['10,000 flips', requestOf(flipsOf(10_000)), [200]],
  ['10,001 flips', requestOf(flipsOf(10_001)), [400]],
  ['a million flips', requestOf(flipsOf(1_000_000)), [413]],
  ['an object among the flips', requestOf(text.replace('"Tails"', '{"toString":"Tails"}')), [400]],
  ['a face in other letters', requestOf(text.replace('Tails', 'tails')), [400]],
]

t.ok(table.length >= 60, `${table.length} hostile requests`)

for (const [name, bytes, expected] of table)
  t.test(`${name} is answered with ${expected.join(' and ')}`, async (t) => {
    t.same(await exchange(port, bytes), expected)
    t.same(await exchange(port, requestOf(text)), [200], 'and the next call is served')
  })

t.test('publishes nothing of the refused requests', async (t) => {
  t.same(flips(), [])
})
