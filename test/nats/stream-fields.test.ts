import { DiscardPolicy, StoreCompression, type StreamConfig } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import t from 'tap'
import { rules } from '../../server/nats/stream-config.ts'
import { addStream, openObserver, openService, startServer } from '../lib/real-broker.ts'
import { notificationOf, streamOf } from './field-stream.ts'

const timeoutMs = 5_000

/** Fields that keep exactly-once, each with a value other than the default. */
const harmless: Record<string, Partial<StreamConfig>> = {
  description: { description: 'of the casino' },
  metadata: { metadata: { owner: 'casino' } },
  max_consumers: { max_consumers: 1 },
  consumer_limits: { consumer_limits: { max_ack_pending: 1 } },
  max_msgs: { max_msgs: 10, discard: DiscardPolicy.New },
  max_bytes: { max_bytes: 1_000_000, discard: DiscardPolicy.New },
  max_msgs_per_subject: { max_msgs_per_subject: 1 },
  discard_new_per_subject: {
    discard_new_per_subject: true,
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.New,
  },
  num_replicas: { num_replicas: 1 },
  duplicate_window: { duplicate_window: nanos(100) },
  compression: { compression: StoreCompression.S2 },
  first_seq: { first_seq: 1_000 },
  republish: { republish: { src: '>', dest: 'copies.>' } },
  allow_direct: { allow_direct: true },
  deny_delete: { deny_delete: true },
  deny_purge: { deny_purge: true },
  allow_msg_ttl: { allow_msg_ttl: true },
  allow_atomic: { allow_atomic: true },
  allow_batched: { allow_batched: true } as Partial<StreamConfig>,
}

/** Fields that require allow_rollup_hdrs, which is reported. */
const implied = ['subject_delete_marker_ttl', 'allow_msg_schedules']
/** A setting; what a server by itself has no place for; what only a mirror has. */
const untried = ['name', 'placement', 'mirror_direct']

t.test('accepts every field that keeps exactly-once', async (t) => {
  const server = await startServer(t)
  const { manager, events } = await openObserver(t, server.url)
  for (const [field, config] of Object.entries(harmless)) {
    const { name, subjectPrefix } = streamOf(field)
    await manager.streams.add({ name, subjects: [`${subjectPrefix}.>`], ...config })
    const { notifier, firstAttempt, states, close } = openService(t, server, {
      name,
      subjectPrefix,
    })
    await firstAttempt
    t.match(states, [{ kind: 'present', issues: [] }], `${field} is no issue`)
    for (const [flip, kind] of [
      [3, 'stored'],
      [7, 'stored'],
      [3, 'duplicate'],
    ] as const)
      t.equal((await notifier.publish(notificationOf(field, flip), timeoutMs)).kind, kind, field)
    const stored = (await events(name)).map(({ data }) => data.flip)
    t.same(stored, [3, 7], `${field}: stored once, kept, in order`)
    await close(100)
  }
})

t.test('every field of a stream is classified', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  await addStream(manager)
  const { config } = await manager.streams.info('COINFLIPS')
  const broken = rules.map(({ field }) => field)
  const decided = [...broken, ...Object.keys(harmless), ...implied, ...untried]
  t.same(
    Object.keys(config).filter((field) => !decided.includes(field)),
    [],
  )
})

t.test('reports the fields that require allow_rollup_hdrs', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  for (const [i, field] of implied.entries()) {
    const { name, subjectPrefix } = streamOf(field)
    const value = i === 0 ? nanos(1_000) : true
    await manager.streams.add({ name, subjects: [`${subjectPrefix}.>`], [field]: value })
    const { firstAttempt, states } = openService(t, server, { name, subjectPrefix })
    await firstAttempt
    t.match(states, [{ issues: [{ effect: 'weak', text: /^allow_rollup_hdrs/ }] }], field)
  }
})
