import t from 'tap'
import type { Condition } from '../../server/domain/coinflip.ts'
import type { Facts } from '../../server/domain/conditions.ts'
import type { PendingReason } from '../../server/domain/pending-reason.ts'
import { computeConditions } from '../../server/hook/conditions.ts'

const now = new Date('2026-11-22T12:00:00.900Z')
const earlier = '2026-11-01T00:00:00Z'

function facts(parts: Partial<Facts>) {
  return { generation: 4, milestones: [3, 9], notifications: 2, isDeleting: false, ...parts }
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
    'paused',
    { notifications: 1, pendingReason: { kind: 'Paused' } },
    {
      ThreeTails: ['True', 'ThreeInARow'],
      Notified: ['False', 'Paused'],
      Ready: ['False', 'Paused'],
    },
  ],
  [
    'deletion allowed although it is no CoinFlip',
    {
      notifications: 1,
      pendingReason: { kind: 'InvalidObject' },
      isDeleting: true,
      isAbandoned: true,
    },
    {
      ThreeTails: ['True', 'ThreeInARow'],
      Notified: ['False', 'InvalidObject'],
      Ready: ['False', 'InvalidObject'],
    },
  ],
] as const)
  t.same(table(computeConditions(facts(parts), undefined, now)), expected, name)

const pendingReasons: PendingReason[] = [
  { kind: 'Connecting' },
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
for (const pendingReason of pendingReasons)
  t.test(`${pendingReason.kind} is a reason of Notified, and Ready is False`, async (t) => {
    const all = computeConditions(facts({ notifications: 1, pendingReason }), undefined, now)
    t.match(table(all), {
      Notified: ['False', pendingReason.kind],
      Ready: ['False', 'NotificationsPending'],
    })
    t.match(
      all[1]?.message,
      /^1 of 2 notifications pending: \S/,
      'the message has the number and the advice',
    )
  })

t.test('includes code and issue in the message of Misconfigured', async (t) => {
  for (const [pendingReason, expected] of [
    [{ code: 10060 }, /message \(code 10060\); check/],
    [{ code: 10054, issue: 'too large' }, /message \(code 10054: too large\); check/],
    [{ code: 0, issue: 'no_ack is set' }, /message \(no_ack is set\); check/],
    [{ code: 0 }, /message; check/],
  ] as const) {
    const all = computeConditions(
      facts({ pendingReason: { kind: 'Misconfigured', ...pendingReason } }),
      undefined,
      now,
    )
    t.match(all[1]?.message, expected)
  }
})

t.test('does not report a connected NATS as unavailable', async (t) => {
  const pendingReason = { kind: 'BrokerUnavailable', connected: true } as const
  const { message = '' } = computeConditions(facts({ pendingReason }), undefined, now)[1] ?? {}
  t.match(message, /NATS is connected/)
  t.notMatch(message, /NATS_URL/)
})

t.test('names the annotation for a pending deletion', async (t) => {
  const pendingReason = { kind: 'BrokerUnavailable' } as const
  const [, waiting] = computeConditions(facts({ pendingReason, isDeleting: true }), undefined, now)
  t.match(
    waiting?.message,
    /waits for them unless annotated games\.example\.com\/abandon-notifications=true/,
  )
  const abandoned = { pendingReason, isDeleting: true, isAbandoned: true }
  const [, going] = computeConditions(facts(abandoned), undefined, now)
  t.match(going?.message, /the deletion abandons them because of .*abandon-notifications=true$/)
})

t.test('shows number, first and latest milestone in ThreeTails', async (t) => {
  const [threeTails] = computeConditions(facts({ milestones: [3, 9, 40] }), undefined, now)
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
    ['is now when the stored time is invalid', ready('True', 'yesterday'), '2026-11-22T12:00:00Z'],
    ['is now when the stored time is a number', ready('True', 12), '2026-11-22T12:00:00Z'],
    [
      'is now when the stored day does not exist',
      ready('True', '2026-13-45T00:00:00Z'),
      '2026-11-22T12:00:00Z',
    ],
    [
      'is now when the stored time is in the future',
      ready('True', '2026-11-22T12:00:01Z'),
      '2026-11-22T12:00:00Z',
    ],
    ['is now when conditions are no list', 'none', '2026-11-22T12:00:00Z'],
    ['is now when a condition is null', [null, 3, 'x'], '2026-11-22T12:00:00Z'],
  ] as const)
    t.equal(computeConditions(facts({}), stored, now)[2]?.lastTransitionTime, expected, name)
})

t.test('computes equal conditions from equal facts', async (t) => {
  for (const pendingReason of [undefined, ...pendingReasons]) {
    const parts = facts({ pendingReason })
    const first = computeConditions(parts, undefined, now)
    const later = new Date(now.getTime() + 3_600_000)
    t.same(computeConditions(parts, JSON.parse(JSON.stringify(first)), later), first)
  }
})
