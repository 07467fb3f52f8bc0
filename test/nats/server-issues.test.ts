import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import type { Outcome } from '../../server/hook/notifier.ts'
import { notification } from '../lib/notification.ts'
import { openObserver, openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000

/** Overrides the earlier lines that enable JetStream. */
const withoutJetStream = 'jetstream: false'
const login = { user: 'a', password: 'p' }
const account = (jetstream: string) =>
  `accounts { A { ${jetstream} users: [ { user: a, password: p } ] }, B { jetstream: enabled } }`

for (const [name, config, expected] of [
  ['a server without JetStream', withoutJetStream, { kind: 'JetStreamNotEnabled' }],
  ['an account without JetStream', account(''), { kind: 'JetStreamNotEnabled' }],
  [
    'a max_payload that is too small',
    'max_payload: 300',
    { kind: 'Misconfigured', code: 0, issue: /^max_payload 300 of the server is less than/ },
  ],
  [
    'no headers',
    'no_header_support: true',
    { kind: 'Misconfigured', code: 0, issue: /^no_header_support/ },
  ],
  [
    'an account at its limit of streams',
    account('jetstream: { max_streams: 0, max_file: 0, max_mem: 0 },'),
    { kind: /StreamFull|Misconfigured/ },
  ],
  [
    'an account that requires a limit for each stream',
    account('jetstream: { max_bytes_required: true },'),
    { kind: 'Misconfigured', code: 10113, issue: /max bytes/ },
  ],
] as const)
  t.test(`${name} is reported, and the connection is kept`, async (t) => {
    const server = await startServer(t, { config })
    const user = config.startsWith('accounts') ? login : {}
    const { notifier, firstAttempt, heard } = openService(t, { url: server.url, ...user })
    await firstAttempt
    for (const flip of [3, 3])
      t.match(await notifier.publish(notification(flip), timeoutMs), expected)
    t.same(heard, ['connected'])
  })

t.test('recovers after JetStream was disabled and enabled at run time', async (t) => {
  const server = await startServer(t)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  const becomes = (kind: Outcome['kind']) =>
    waitFor(
      () => notifier.publish(notification(3), timeoutMs),
      (outcome) => outcome.kind === kind,
    )
  await server.configure(withoutJetStream)
  await waitFor(
    () => notifier.publish(notification(3), timeoutMs),
    (outcome) => outcome.kind === 'BrokerUnavailable' && outcome.connected === true,
  )
  await server.restart()
  t.ok(await becomes('JetStreamNotEnabled'), 'a server that starts without JetStream is reported')
  await server.configure('')
  await server.restart()
  t.ok(await becomes('duplicate'))
})

/** Starts a nats-server with a limit of its file size, which is a full disk to it. */
function limitedServer(t: Test) {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-limited-'))
  t.teardown(() => rm(dir, { recursive: true }))
  const binary = join(dir, 'nats-server')
  const limit = (blocks: string) => {
    const lines = ['#!/bin/sh', `ulimit -f ${blocks}`, `exec "${process.env.NATS_SERVER_BIN}" "$@"`]
    writeFileSync(binary, `${lines.join('\n')}\n`, { mode: 0o755 })
  }
  return { binary, limit }
}

t.test('reports a full disk until there is space and a restart', async (t) => {
  const { binary, limit } = limitedServer(t)
  limit('32')
  const server = await startServer(t, { binary })
  const { notifier, firstAttempt, heard } = openService(t, server)
  await firstAttempt
  const acknowledged: number[] = []
  let flip = 3
  const publish = async (waitMs: number) => {
    const outcome = await notifier.publish(notification(flip), waitMs)
    if (outcome.kind === 'stored') acknowledged.push(flip)
    if (/^stored/.test(outcome.kind)) flip += 1
    return outcome
  }
  await waitFor(
    () => publish(300),
    ({ kind }) => kind === 'StreamNotResponding',
  )
  t.same(heard, ['connected'], 'the connection is kept')
  limit('unlimited')
  await server.restart()
  await waitFor(
    () => publish(timeoutMs),
    ({ kind }) => /^stored/.test(kind),
  )
  const { events } = await openObserver(t, server.url)
  const held = (await events()).map(({ data }) => data.flip)
  const lost = acknowledged.filter((each) => !held.includes(each))
  t.same(lost, [], 'no acknowledged message is lost')
})
