import { RetentionPolicy, type StreamConfig } from '@nats-io/jetstream'
import { headers, nanos } from '@nats-io/transport-node'
import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { notification } from '../lib/notification.ts'
import {
  addStream,
  openObserver,
  openService,
  startServer,
  streamSettings,
} from '../lib/real-broker.ts'
import { notificationOf, streamOf } from './field-stream.ts'

const prefix = streamSettings.subjectPrefix
const timeoutMs = 5_000

t.test('reports the fields that prevent storing in the outcome', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  const rows: [string, Partial<StreamConfig>, number, RegExp][] = [
    ['max_msg_size', { max_msg_size: 100 }, 10054, /^max_msg_size 100 is less than/],
    ['allow_msg_counter', { allow_msg_counter: true }, 10169, /^allow_msg_counter/],
    ['mirror', { mirror: { name: 'O' } }, 0, /^mirror/],
    ['subjects', { subjects: ['other.>'] }, 0, /^subjects do not include/],
  ]
  for (const [field, config, code, issue] of rows) {
    const { name, subjectPrefix } = streamOf(field)
    const subjects = config.mirror ? {} : { subjects: [`${subjectPrefix}.>`] }
    await manager.streams.add({ name, ...subjects, ...config })
    const { notifier, firstAttempt } = openService(t, server, { name, subjectPrefix })
    await firstAttempt
    const outcome = await notifier.publish(notificationOf(field, 3), timeoutMs)
    t.match(outcome, { kind: 'Misconfigured', code, issue }, field)
  }
})

t.test('reports at once a stream that is sealed at run time', async (t) => {
  const server = await startServer(t)
  const { manager } = await openObserver(t, server.url)
  const { notifier, firstAttempt } = openService(t, server)
  await firstAttempt
  await manager.streams.update('COINFLIPS', { sealed: true } as StreamConfig)
  const outcome = await waitFor(
    () => notifier.publish(notification(3), timeoutMs),
    (last) => last.kind === 'Misconfigured' && !/operation/.test(last.issue ?? ''),
  )
  t.match(outcome, { code: 10109, issue: /^sealed/ })
})

t.test('shows the effect of fields that weaken exactly-once', async (t) => {
  const server = await startServer(t)
  const { manager, js, client } = await openObserver(t, server.url)
  await manager.streams.add({ name: 'O', subjects: ['copied.>'] })
  const all = headers()
  all.set('Nats-Rollup', 'all')
  const subjectOf = (field: string) => notificationOf(field, 3).subject
  const rows: [string, Partial<StreamConfig>, () => Promise<unknown>, number][] = [
    ['interest', { retention: RetentionPolicy.Interest }, async () => {}, 0],
    ['max_age', { max_age: nanos(100) }, async () => {}, 0],
    [
      'allow_rollup_hdrs',
      { allow_rollup_hdrs: true },
      () => js.publish('allow_rollup_hdrs.three-tails.x', '', { headers: all }),
      0,
    ],
    [
      'sources',
      {
        sources: [
          { name: 'O', subject_transforms: [{ src: 'copied.x', dest: subjectOf('sources') }] },
        ],
      },
      () => js.publish('copied.x', ''),
      2,
    ],
  ]
  for (const [field, config, act, expected] of rows) {
    const { name, subjectPrefix } = streamOf(field)
    await manager.streams.add({ name, subjects: [`${subjectPrefix}.>`], ...config })
    const { notifier, firstAttempt, states } = openService(t, server, { name, subjectPrefix })
    await firstAttempt
    t.match(states, [{ issues: [{ effect: 'weak' }] }], `${field} is reported`)
    t.equal((await notifier.publish(notificationOf(field, 3), timeoutMs)).kind, 'stored', field)
    await act()
    await client.flush()
    const held = await waitFor(
      async () => {
        const { state } = await manager.streams.info(name, { subjects_filter: subjectOf(field) })
        return state.subjects?.[subjectOf(field)] ?? 0
      },
      (count) => count === expected,
    )
    t.equal(held, expected, `${field}: acknowledged, and the stream holds ${expected}`)
  }
})

t.test('reports a stream with no_ack, and uses it once no_ack is removed', async (t) => {
  const server = await startServer(t)
  const { manager, events } = await openObserver(t, server.url)
  await addStream(manager, { no_ack: true })
  const { notifier, firstAttempt, states } = openService(t, server, {}, 50)
  await firstAttempt
  t.match(states, [{ issues: [{ effect: 'silence', text: /^no_ack/ }] }])
  const outcome = await notifier.publish(notification(3), 300)
  t.match(outcome, { kind: 'Misconfigured', code: 0, issue: /^no_ack/ }, 'with the first publish')
  await manager.streams.update('COINFLIPS', { no_ack: false })
  await manager.streams.info('COINFLIPS')
  t.equal((await notifier.publish(notification(3), timeoutMs)).kind, 'duplicate')
  t.equal((await events()).length, 1)
})

t.test('does not count a refusal because of another message as a duplicate', async (t) => {
  const merge = `${prefix}.one.two.{{wildcard(3)}}`
  for (const [name, config, parts] of [
    ['a transform', '', { subject_transform: { src: `${prefix}.*.*.*`, dest: merge } }],
    ['a mapping of the account', `mappings = { "${prefix}.*.*.*": "${merge}" }`, {}],
  ] as const) {
    const server = await startServer(t, { config })
    const { manager, events } = await openObserver(t, server.url)
    await addStream(manager, parts)
    const { notifier, firstAttempt } = openService(t, server)
    await firstAttempt
    await notifier.publish(notification(3, 1, 'a'), timeoutMs)
    const outcome = await notifier.publish(notification(3, 1, 'b'), timeoutMs)
    t.match(outcome, { kind: 'Misconfigured', code: 10071, issue: /holds nothing/ }, name)
    t.equal((await events()).length, 1)
  }
})
