import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { readCoinFlip } from '../../hack/lib/coinflip-file.ts'
import { freePort } from '../../hack/lib/free-port.ts'
import { callHook } from '../../hack/lib/hook.ts'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { scratch } from '../lib/scratch.ts'

t.test('fills in what the API server fills in, and nothing else', async (t) => {
  const uid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
  const shell = { apiVersion: 'games.example.com/v1alpha1', kind: 'CoinFlip' }
  const filled = { namespace: 'default', name: 'unnamed', uid, generation: 1 }
  for (const [name, text, object] of [
    [
      'a spec alone',
      'spec: {flips: [Tails]}',
      { ...shell, metadata: filled, spec: { flips: ['Tails'] } },
    ],
    ['a name', 'metadata: {name: a}', { ...shell, metadata: { ...filled, name: 'a' } }],
    [
      'all of it, even if it is wrong',
      'kind: Other\nmetadata: {name: 1, namespace: n, uid: u, generation: 7, labels: {a: b}}\nstatus: 3',
      {
        ...shell,
        kind: 'Other',
        metadata: { name: 1, namespace: 'n', uid: 'u', generation: 7, labels: { a: 'b' } },
        status: 3,
      },
    ],
  ] as const)
    t.match(readCoinFlip(text), { object }, name)
  for (const [name, text, fault] of [
    ['no mapping', '- a', 'there is no CoinFlip in it'],
    ['nothing', '', 'there is no CoinFlip in it'],
    ['not YAML', 'spec: {', /^Flow map .* at line 1, column 8:$/],
    ['two objects', 'a: 1\n---\nb: 2', /^Source contains multiple documents/],
  ] as const)
    t.match(readCoinFlip(text), { fault }, name)
  const uidOf = (name: string) => {
    const read = readCoinFlip(`metadata: {name: ${name}}`)
    return 'object' in read && (read.object as { metadata: { uid: string } }).metadata.uid
  }
  t.equal(uidOf('a'), uidOf('a'), 'the same name is the same object')
  t.not(uidOf('a'), uidOf('b'))
})

/** A hook with a fixed response. */
async function hook(t: Test, code: number, answer: unknown) {
  const calls: unknown[] = []
  const server = createServer(async (request, response) => {
    calls.push(await json(request))
    response.writeHead(code).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sync`, calls }
}

async function sync(t: Test, HOOK_URL: string, text: string) {
  const file = join(await scratch(t), 'coinflip.yaml')
  await writeFile(file, text)
  const args = [join(root, 'node_modules/.bin/zx'), 'hack/sync.ts', file]
  const env = { ...process.env, HOOK_URL }
  const { stdout, stderr, failure } = await run(process.execPath, args, { env })
  return { stdout, stderr: stderr.replace(file, 'FILE'), failed: failure !== undefined }
}

const spec = 'spec: {flips: [Tails]}'

t.test('prints the response as YAML', async (t) => {
  const { url, calls } = await hook(t, 200, { status: { flips: 1 }, children: [] })
  t.same(await sync(t, url, spec), {
    stdout: 'status:\n  flips: 1\nchildren: []\n',
    stderr: '',
    failed: false,
  })
  t.match(calls, [{ parent: { kind: 'CoinFlip', spec: { flips: ['Tails'] } }, finalizing: false }])
})

t.test('prints a refusal or failure as one line', async (t) => {
  const refused = await hook(t, 400, { error: 'parent.spec.flips[0] must be Heads or Tails' })
  const busy = await hook(t, 429, '')
  const strange = await hook(t, 200, '<html>')
  const unknown = await hook(t, 200, { status: {}, attachments: [] })
  const closed = `http://127.0.0.1:${await freePort()}/sync`
  const call = { parent: {}, finalizing: false }
  for (const [name, url, why] of [
    ['refused', refused.url, '400 parent.spec.flips[0] must be Heads or Tails'],
    ['another server', strange.url, 'the response is no JSON object'],
    ['an unknown field', unknown.url, 'unknown field attachments'],
    ['nobody', closed, `${closed} does not answer (ECONNREFUSED); is the service running?`],
  ] as const)
    t.same(await callHook(url, call), { kind: 'failed', why }, name)
  t.same(await callHook(busy.url, call), { kind: 'busy', afterMs: 0 })

  for (const [name, text, line] of [
    ['a refusal', spec, 'sync: 400 parent.spec.flips[0] must be Heads or Tails\n'],
    ['no CoinFlip', '- a', 'sync: FILE: there is no CoinFlip in it\n'],
  ] as const)
    t.same(await sync(t, refused.url, text), { stdout: '', stderr: line, failed: true }, name)
})
