import t from 'tap'
import { readResponse, requestOf, retryAfterSeconds } from '../../../hack/playground/page/call.js'
import { created } from '../../../hack/playground/page/object.js'

const now = Date.parse('2026-11-22T12:00:00Z')

t.test('reads a response as Metacontroller does', async (t) => {
  const status = { flips: 1 }
  for (const [code, body, expected] of [
    [200, JSON.stringify({ status }), { kind: 'answer', answer: { status } }],
    [
      200,
      JSON.stringify({ status, childs: [] }),
      { kind: 'failed', error: /unknown field childs/ },
    ],
    [200, '{}', { kind: 'failed', error: /with a status/ }],
    [200, 'not JSON', { kind: 'failed', error: /not a JSON object/ }],
    [200, '[]', { kind: 'failed', error: /not a JSON object/ }],
    [429, '', { kind: 'busy', seconds: 2 }],
    [400, '{"error":"parent is missing"}', { kind: 'failed', error: 'parent is missing' }],
    [500, 'a page', { kind: 'failed', error: 'a page' }],
    [503, '', { kind: 'failed', error: 'no word of why' }],
  ] as const)
    t.match(readResponse(code, body, '2', now), expected, `${code} ${body}`)
})

t.test('reads Retry-After as seconds or a date, else as zero', async (t) => {
  for (const [value, seconds] of [
    ['3', 3],
    ['Sun, 22 Nov 2026 12:00:05 GMT', 5],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['1.5', 0],
    ['soon', 0],
    [null, 0],
  ] as const)
    t.equal(retryAfterSeconds(value, now), seconds, String(value))
})

t.test('builds a call with the fields that Metacontroller sends', async (t) => {
  const object = created('lucky', 'uid-1', new Date(now))
  const others = { controller: {}, children: {}, related: {} }
  t.same(requestOf('sync', object), { ...others, parent: object, finalizing: false })
  t.same(requestOf('finalize', object), { ...others, parent: object, finalizing: true })
})
