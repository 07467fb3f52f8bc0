import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import t, { type Test } from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import { openService, startServer } from '../lib/real-broker.ts'

const timeoutMs = 5_000

/** A server whose JetStream has a domain, or none at all; further lines of configuration. */
async function startDomain(t: Test, domain: string | undefined, lines: string) {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-domain-'))
  // Overrides the earlier line.
  const store = JSON.stringify(join(dir, 'store'))
  const jetstream = domain === undefined ? 'false' : `{ store_dir: ${store}, domain: ${domain} }`
  const server = await startServer(t, { dir, config: `jetstream: ${jetstream}\n${lines}` })
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return server
}

/** A hub with the domain `hub`, and a leaf node that is connected to it. */
async function startPair(t: Test, leafDomain: string | undefined, leafLines = '') {
  const port = await freePort()
  await startDomain(t, 'hub', `leafnodes { host: 127.0.0.1, port: ${port} }`)
  const remote = `leafnodes { remotes: [ { url: "nats-leaf://127.0.0.1:${port}" } ] }`
  const leaf = await startDomain(t, leafDomain, `${remote}\n${leafLines}`)
  const client = await connect({ servers: leaf.url, user: 'admin', pass: 'p' })
  t.teardown(() => client.close())
  const options = { checkAPI: false, timeout: timeoutMs }
  await waitFor(
    () => client.request('$JS.hub.API.INFO', '', { timeout: 1_000 }).catch(() => undefined),
    (answer) => answer !== undefined,
  )
  return { leaf, hub: await jetstreamManager(client, { ...options, domain: 'hub' }) }
}

t.test('uses the stream of the hub with NATS_JS_DOMAIN', async (t) => {
  for (const leafDomain of ['leaf', undefined]) {
    const { leaf, hub } = await startPair(t, leafDomain)
    const { notifier, firstAttempt, states } = openService(t, leaf, { domain: 'hub' })
    await firstAttempt
    t.match(states, [{ kind: 'present', issues: [], created: true }], `leaf ${leafDomain}`)
    for (const kind of ['stored', 'duplicate'])
      t.equal((await notifier.publish(notification(3), timeoutMs)).kind, kind)
    t.equal((await hub.streams.info('COINFLIPS')).state.messages, 1, 'the hub has the message')
  }
})

t.test('uses a stream of the leaf node without NATS_JS_DOMAIN', async (t) => {
  const { leaf, hub } = await startPair(t, 'leaf')
  const { notifier, firstAttempt } = openService(t, leaf)
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'stored')
  await t.rejects(hub.streams.info('COINFLIPS'), { code: 10059 })
  // The stream of the leaf node remains, stores every message as well and responds before the hub.
  const later = openService(t, leaf, { domain: 'hub' })
  await later.firstAttempt
  await waitFor(
    () => later.notifier.publish(notification(7), timeoutMs),
    ({ kind }) => /^(stored|duplicate)$/.test(kind),
  )
  t.equal((await hub.streams.info('COINFLIPS')).state.messages, 1, 'only what the hub has counts')
})

t.test('needs only these permissions with a domain', async (t) => {
  const publish = ['coinflips.three-tails.>', '$JS.hub.API.STREAM.INFO.COINFLIPS']
  const permissions = `{ publish: ${JSON.stringify(publish)}, subscribe: "_INBOX.>" }`
  const flip = `{ user: flip, password: p, permissions: ${permissions} }`
  const users = `authorization { users: [ ${flip}, { user: admin, password: p } ] }`
  const { leaf, hub } = await startPair(t, 'leaf', users)
  await hub.streams.add({ name: 'COINFLIPS', subjects: ['coinflips.three-tails.>'] })
  const login = { url: leaf.url, user: 'flip', password: 'p' }
  const { notifier, firstAttempt, states } = openService(t, login, { domain: 'hub', create: false })
  await firstAttempt
  t.match(states, [{ kind: 'present' }])
  for (const kind of ['stored', 'duplicate'])
    t.equal((await notifier.publish(notification(3), timeoutMs)).kind, kind)
})

t.test('reports an unknown domain', async (t) => {
  const { leaf } = await startPair(t, 'leaf')
  const { notifier, firstAttempt } = openService(t, leaf, { domain: 'elsewhere' })
  await firstAttempt
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'JetStreamNotEnabled')
})
