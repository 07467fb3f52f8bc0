import t from 'tap'
import type { Condition } from '../../server/domain/coinflip.ts'
import { conditions, type Facts } from '../../server/domain/conditions.ts'
import type { Hindrance } from '../../server/domain/hindrance.ts'

const now = new Date('2026-11-22T12:00:00.900Z')
const earlier = '2026-11-01T00:00:00Z'

function facts(parts: Partial<Facts>): Facts {
  return { generation: 4, milestones: [3, 9], notifications: 2, deleting: false, ...parts }
}

function table(all: readonly Condition[]): Record<string, [string, string]> {
  return Object.fromEntries(all.map(({ type, status, reason }) => [type, [status, reason]]))
}

for (const [name, parts, expected] of [
  [
    'a history without a run',
    { milestones: [], notifications: 0 },
    {
      ThreeTails: ['False', 'NotYet'],
      Notified: ['True', 'NothingToPublish'],
      Ready: ['True', 'Reconciled'],
    },
  ],
  [
    'all acknowledged',
    {},
    {
      ThreeTails: ['True', 'ThreeInARow'],
      Notified: ['True', 'Published'],
      Ready: ['True', 'Reconciled'],
    },
  ],
  [
    'held back',
    { notifications: 1, hindrance: { kind: 'Paused' } },
    {
      ThreeTails: ['True', 'ThreeInARow'],
      Notified: ['False', 'Paused'],
      Ready: ['False', 'Paused'],
    },
  ],
  [
    'let go though it is no CoinFlip',
    { notifications: 1, hindrance: { kind: 'InvalidObject' }, deleting: true, abandoned: true },
    {
      ThreeTails: ['True', 'ThreeInARow'],
      Notified: ['False', 'InvalidObject'],
      Ready: ['False', 'InvalidObject'],
    },
  ],
] as const)
  t.same(table(conditions(facts(parts), undefined, now)), expected, name)

const hindrances: Hindrance[] = [
  { kind: 'BrokerUnavailable' },
  { kind: 'BrokerUnavailable', connected: true },
  { kind: 'JetStreamNotEnabled' },
  { kind: 'StreamMissing' },
  { kind: 'StreamFull' },
  { kind: 'StreamNotResponding' },
  { kind: 'NotAuthorized' },
  { kind: 'Misconfigured', code: 10060 },
  { kind: 'InProgress' },
]
for (const hindrance of hindrances)
  t.test(`${hindrance.kind} is a reason of Notified, and Ready waits`, async (t) => {
    const all = conditions(facts({ notifications: 1, hindrance }), undefined, now)
    t.match(table(all), {
      Notified: ['False', hindrance.kind],
      Ready: ['False', 'NotificationsPending'],
    })
    t.match(
      all[1]?.message,
      /^1 of 2 notifications outstanding: \S/,
      'the message counts and advises',
    )
  })

t.test('a message of Misconfigured tells what is known of the cause', async (t) => {
  for (const [hindrance, expected] of [
    [{ code: 10060 }, /message \(code 10060\); check/],
    [{ code: 10054, issue: 'too large' }, /message \(code 10054: too large\); check/],
    [{ code: 0, issue: 'no_ack is set' }, /message \(no_ack is set\); check/],
    [{ code: 0 }, /message; check/],
  ] as const) {
    const all = conditions(
      facts({ hindrance: { kind: 'Misconfigured', ...hindrance } }),
      undefined,
      now,
    )
    t.match(all[1]?.message, expected)
  }
})

t.test('NATS that is connected is not said to be away', async (t) => {
  const hindrance = { kind: 'BrokerUnavailable', connected: true } as const
  const { message = '' } = conditions(facts({ hindrance }), undefined, now)[1] ?? {}
  t.match(message, /NATS is connected/)
  t.notMatch(message, /NATS_URL/)
})

t.test('a deletion that waits names the way out', async (t) => {
  const hindrance = { kind: 'BrokerUnavailable' } as const
  const [, waiting] = conditions(facts({ hindrance, deleting: true }), undefined, now)
  t.match(waiting?.message, /waits for them, .*games\.example\.com\/abandon-notifications=true/)
  const abandoned = { hindrance, deleting: true, abandoned: true }
  const [, going] = conditions(facts(abandoned), undefined, now)
  t.match(going?.message, /the deletion abandons them, as .*abandon-notifications=true asks$/)
})

t.test('ThreeTails tells the count and the first and the latest place', async (t) => {
  const [threeTails] = conditions(facts({ milestones: [3, 9, 40] }), undefined, now)
  t.match(threeTails?.message, /^3 runs .* flip 3, .* flip 40$/)
})

t.test('lastTransitionTime', async (t) => {
  const ready = (status: unknown, time: unknown) => [
    { type: 'Ready', status, lastTransitionTime: time },
  ]
  for (const [name, stored, expected] of [
    ['is carried over while the status stays', ready('True', earlier), earlier],
    ['is now when the status changes', ready('False', earlier), '2026-11-22T12:00:00Z'],
    ['is now without a stored status', undefined, '2026-11-22T12:00:00Z'],
    ['is now when the stored time is none', ready('True', 'yesterday'), '2026-11-22T12:00:00Z'],
    ['is now when the stored time is a number', ready('True', 12), '2026-11-22T12:00:00Z'],
    [
      'is now when the stored day does not exist',
      ready('True', '2026-13-45T00:00:00Z'),
      '2026-11-22T12:00:00Z',
    ],
    [
      'is now when the stored time is still to come',
      ready('True', '2026-11-22T12:00:01Z'),
      '2026-11-22T12:00:00Z',
    ],
    ['is now when conditions are no list', 'none', '2026-11-22T12:00:00Z'],
    ['is now when a condition is null', [null, 3, 'x'], '2026-11-22T12:00:00Z'],
  ] as const)
    t.equal(conditions(facts({}), stored, now)[2]?.lastTransitionTime, expected, name)
})

t.test('equal facts and the conditions they gave give equal conditions', async (t) => {
  for (const hindrance of [undefined, ...hindrances]) {
    const parts = facts({ hindrance })
    const first = conditions(parts, undefined, now)
    const later = new Date(now.getTime() + 3_600_000)
    t.same(conditions(parts, JSON.parse(JSON.stringify(first)), later), first)
  }
})
