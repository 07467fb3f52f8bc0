import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { callOver, readResponse } from '../../server/metacontroller/testing/index.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const composite = 'CompositeController'

t.test('reads a response as Metacontroller does', async (t) => {
  const status = { flips: 1 }
  for (const [code, text, expected] of [
    [200, JSON.stringify({ status }), { kind: 'answered', answer: { status } }],
    [200, JSON.stringify({ status, childs: [] }), { why: 'unknown field childs' }],
    [200, JSON.stringify({ attachments: [] }), { why: 'unknown field attachments' }],
    [200, 'not JSON', { kind: 'failed', why: 'the response is no JSON object' }],
    [200, '[]', { kind: 'failed', why: 'the response is no JSON object' }],
    [429, '', { kind: 'busy', afterMs: 2_000 }],
    [400, '{"error":"parent is missing"}', { kind: 'failed', why: '400 parent is missing' }],
    [500, 'a page', { kind: 'failed', why: '500 a page' }],
    [503, '', { kind: 'failed', why: '503' }],
  ] as const)
    t.match(
      readResponse(composite, 'sync', { code, retryAfter: '2', text }),
      expected,
      `${code} ${text}`,
    )
  for (const [type, hook, field] of [
    ['DecoratorController', 'sync', 'attachments'],
    ['DecoratorController', 'finalize', 'labels'],
    ['DecoratorController', 'customize', 'relatedResources'],
    [composite, 'finalize', 'finalized'],
    [composite, 'customize', 'relatedResources'],
  ] as const) {
    const text = JSON.stringify({ [field]: null })
    t.equal(readResponse(type, hook, { code: 200, text }).kind, 'answered', `${type} ${hook}`)
  }
})

t.test('reads Retry-After as seconds or a date, else as zero', async (t) => {
  for (const [retryAfter, afterMs] of [
    ['3', 3_000],
    ['Sun, 22 Nov 2026 12:00:05 GMT', 5_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['1.5', 0],
    ['soon', 0],
    [null, 0],
  ] as const)
    t.same(
      readResponse(composite, 'sync', { code: 429, retryAfter, text: '' }, now),
      { kind: 'busy', afterMs },
      String(retryAfter),
    )
})

t.test('calls a hook over HTTP, and says where none answers', async (t) => {
  const about = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }
  const server = createServer((request, response) => {
    request.resume()
    response.end(JSON.stringify({ status: { path: request.url } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.same(await callOver(url)('sync', {}, about), {
    kind: 'answered',
    answer: { status: { path: '/sync' } },
  })
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
  t.match(await callOver(url)('finalize', {}, about), {
    kind: 'failed',
    why: `${url}/finalize does not answer (ECONNREFUSED)`,
  })
})
