import { isDeepStrictEqual } from 'node:util'
import { type CloudEvent, HTTP } from 'cloudevents'
import fc from 'fast-check'
import t from 'tap'
import type { TString } from 'typebox'
import { Config } from '../../server/config.ts'
import { CoinFlipMeta } from '../../server/domain/coinflip.ts'
import { buildEvent, eventContentType } from '../../server/domain/milestone.ts'

/** Any text that the schema accepts. */
const accepted = ({ pattern, maxLength }: TString & { pattern?: string; maxLength?: number }) =>
  fc.stringMatching(new RegExp(pattern ?? '')).filter((text) => text.length <= (maxLength ?? 253))

const { namespace, name, uid } = CoinFlipMeta.properties
const meta = fc.record({
  namespace: accepted(namespace),
  name: accepted(name),
  uid: accepted(uid),
  generation: fc.nat(),
})
const milestone = fc.record({ flip: fc.nat(10_000), ordinal: fc.nat(2_500) })
const cluster = accepted(Config.properties.CLUSTER_NAME)
const now = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
const event = fc.tuple(meta, milestone, cluster, now).map((values) => buildEvent(...values))

/** Whether the SDK reads a valid CloudEvent and repairs nothing: it adds a missing id or time. */
function isCloudEvent(event: object): boolean {
  const headers = { 'content-type': eventContentType }
  try {
    const found = HTTP.toEvent({ headers, body: JSON.stringify(event) }) as CloudEvent<unknown>
    return found.validate() && isDeepStrictEqual(JSON.parse(String(found)), event)
  } catch {
    return false
  }
}

t.test('every event is a valid CloudEvent to the SDK', async (t) => {
  fc.assert(fc.property(event, isCloudEvent), { numRuns: 500 })
  t.pass('for 500 random events')
})

t.test('the check finds what is no CloudEvent', async (t) => {
  const [good] = fc.sample(event, 1)
  t.ok(isCloudEvent({ ...good }))
  for (const change of [
    { id: '' },
    { source: undefined },
    { source: 'a b' },
    { type: '' },
    { time: 'noon' },
    { specversion: '0.9' },
    { Upper: 'case' },
  ])
    t.notOk(isCloudEvent({ ...good, ...change }), JSON.stringify(change))
})
