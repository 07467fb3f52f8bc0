import { headers } from '@nats-io/transport-node'
import t from 'tap'
import { natsVersion } from '../../hack/lib/nats-sources.ts'
import { buildEvent, buildSubject, notificationShape } from '../../server/domain/milestone.ts'
import { type ConfigFacts, findConfigIssues } from '../../server/nats/stream-config.ts'
import { streamSettings } from '../lib/real-broker.ts'

const prefix = streamSettings.subjectPrefix

function issues(config: object, server: object = {}, messages: object = {}): string[] {
  const facts = {
    config: {
      retention: 'limits',
      discard: 'new',
      storage: 'file',
      subjects: [`${prefix}.>`],
      ...config,
    },
    server: { version: natsVersion, max_payload: 1_048_576, headers: true, ...server },
    messages: { ...streamSettings, ...messages },
  } as ConfigFacts
  return findConfigIssues(facts).map(({ text }) => text)
}

for (const [subject, isTaken] of [
  [`${prefix}.>`, true],
  ['coinflips.>', true],
  ['>', true],
  ['*.*.>', true],
  [`${prefix}.*.*.*`, true],
  [`${prefix}.*.*`, false],
  [`${prefix}.*.*.*.*`, false],
  [prefix, false],
  ['coinflips.other.>', false],
] as const)
  t.equal(issues({ subjects: [subject] }).length, isTaken ? 0 : 1, `a stream on ${subject}`)

for (const [subject, isTaken] of [
  [`${prefix}.>`, true],
  ['*.>', true],
  [`${prefix}.*.*.*`, false],
  [`${prefix}.*`, false],
  ['*.*.*', false],
] as const) {
  const found = issues({ subjects: [subject] }, {}, { subjectTokens: undefined })
  t.equal(found.length, isTaken ? 0 : 1, `subjects of any length on ${subject}`)
}

t.same(
  issues({ max_msg_size: 1 }, { max_payload: 1 }, { largestMessageBytes: undefined }),
  [],
  'messages of unknown size',
)

for (const [name, config, server, expected] of [
  ['a stream as the service creates it', {}, {}, []],
  ['discard old without a limit', { discard: 'old', max_msgs: -1, max_bytes: -1 }, {}, []],
  ['discard old with a limit', { discard: 'old', max_bytes: 1 }, {}, [/discard is old/]],
  ['a work queue', { retention: 'workqueue' }, {}, [/retention is workqueue/]],
  ['interest', { retention: 'interest' }, {}, [/retention is interest/]],
  ['a maximum age', { max_age: 1 }, {}, [/max_age/]],
  ['memory', { storage: 'memory' }, {}, [/memory/]],
  ['no acknowledgements', { no_ack: true }, {}, [/no_ack/]],
  ['acknowledged before written', { persist_mode: 'async' }, {}, [/persist_mode/]],
  ['other subjects', { subjects: ['x'] }, {}, [/subjects do not include/]],
  ['a mirror', { mirror: { name: 'x' }, subjects: undefined }, {}, [/mirror/, /subjects/]],
  ['sources', { sources: [{ name: 'x' }] }, {}, [/sources/]],
  ['a transform', { subject_transform: { src: '>', dest: 'x' } }, {}, [/subject_transform/]],
  ['rollups', { allow_rollup_hdrs: true }, {}, [/allow_rollup_hdrs/]],
  ['a sealed stream', { sealed: true }, {}, [/sealed/]],
  ['counters', { allow_msg_counter: true }, {}, [/allow_msg_counter/]],
  ['small messages', { max_msg_size: 2_047 }, {}, [/max_msg_size 2047 is less than/]],
  ['messages that are large enough', { max_msg_size: 2_048 }, {}, []],
  ['no maximum of the message size', { max_msg_size: -1 }, {}, []],
  ['small payloads', {}, { max_payload: 300 }, [/max_payload 300 .* less than/]],
  ['no headers', {}, { headers: false }, [/no_header_support/]],
  ['an old server', {}, { version: '2.10.18' }, [/server 2\.10\.18 is older than 2\.10\.19/]],
  ['the oldest supported server', {}, { version: '2.10.19' }, []],
  ['a beta of a later server', {}, { version: '2.11.0-RC.1' }, []],
  ['a server of version 1', {}, { version: '1.4.1' }, [/older/]],
] as const)
  t.match(issues(config, server), expected, name)

t.test('the largest notification is below the required limit', async (t) => {
  const [namespace, name, uid] = ['n'.repeat(63), 'n'.repeat(253), 'u'.repeat(64)]
  const meta = { namespace, name, uid, generation: Number.MAX_SAFE_INTEGER }
  const milestone = { flip: 10_000, ordinal: 2_500 }
  const event = buildEvent(meta, milestone, 'c'.repeat(253), new Date())
  const content = headers()
  content.set('Content-Type', 'application/cloudevents+json')
  content.set('Nats-Expected-Stream', 's'.repeat(255))
  content.set('Nats-Expected-Last-Subject-Sequence', '0')
  const bytes = JSON.stringify(event).length + String(content).length
  t.ok(bytes <= notificationShape.largestMessageBytes, `${bytes} bytes`)
  t.ok(buildSubject(prefix, meta, milestone).length < 1_024, 'its subject fits max_control_line')
})
