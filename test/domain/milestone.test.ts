import t from 'tap'
import { buildEvent, buildSubject, findPending } from '../../server/domain/milestone.ts'

const meta = { namespace: 'casino', name: 'table.no-1', uid: '3f16-2f', generation: 7 }
const now = new Date('2026-11-22T12:00:00.123Z')

for (const [name, places, notified, expected] of [
  ['nothing is pending without milestones', [], 0, []],
  ['all milestones are pending at first', [3, 9], 0, [3, 9]],
  ['the milestones after the acknowledged ones are pending', [3, 9, 20], 1, [9, 20]],
  ['none are pending when all are acknowledged', [3, 9], 2, []],
] as const)
  t.same(
    findPending(places, notified).map(({ flip }) => flip),
    expected,
    name,
  )

t.same(findPending([3, 9], 1), [{ flip: 9, ordinal: 2 }], 'ordinals count from 1 over all')

t.equal(
  buildSubject('coinflips.three-tails', meta, { flip: 9, ordinal: 2 }),
  'coinflips.three-tails.casino.3f16-2f.9',
  'a subject has namespace, uid and flip, but not the name, which may contain dots',
)

t.same(
  buildEvent(meta, { flip: 9, ordinal: 2 }, '', now),
  {
    specversion: '1.0',
    id: '3f16-2f.9',
    type: 'com.example.games.coinflip.threetails.v1',
    source: '/apis/games.example.com/v1alpha1/namespaces/casino/coinflips/table.no-1',
    subject: 'table.no-1',
    time: '2026-11-22T12:00:00.123Z',
    datacontenttype: 'application/json',
    data: {
      namespace: 'casino',
      name: 'table.no-1',
      uid: '3f16-2f',
      generation: 7,
      flip: 9,
      ordinal: 2,
    },
  },
  'an event is a CloudEvent 1.0 with every attribute that one needs',
)

t.equal(
  buildEvent(meta, { flip: 9, ordinal: 2 }, 'prod-1', now).source,
  '//prod-1/apis/games.example.com/v1alpha1/namespaces/casino/coinflips/table.no-1',
  "a cluster's name stands before the path",
)
