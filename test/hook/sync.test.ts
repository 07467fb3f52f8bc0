import t from 'tap'
import { pausedAnnotation } from '../../server/domain/coinflip.ts'
import type { PendingReason } from '../../server/domain/pending-reason.ts'
import type { Outcome } from '../../server/hook/notifier.ts'
import { sync } from '../../server/hook/sync.ts'
import { arrayNotifier, coinflip, condition, context, stored } from '../lib/coinflip.ts'

const willing = () => arrayNotifier(() => undefined)

t.test('publishes the third tail once, and nothing for a fourth', async (t) => {
  const { notifier, flips } = willing()
  const { context: hooks } = context(notifier)
  let parent = coinflip('')
  for (const letters of ['T', 'TT', 'TTT', 'TTTT'])
    parent = stored(
      { ...coinflip(letters), status: parent.status },
      (await sync({ ...coinflip(letters), status: parent.status }, hooks)).status,
    )
  t.same(flips(), [3])
  t.match(parent.status, { flips: 4, tails: 4, milestones: 1, notifications: 1 })
})

t.test('publishes milestones in order with their ordinals', async (t) => {
  const { notifier, events } = willing()
  await sync(coinflip('TTTHTTTHHTTT'), context(notifier).context)
  t.same(
    events().map(({ data }) => [data.flip, data.ordinal]),
    [
      [3, 1],
      [7, 2],
      [12, 3],
    ],
  )
})

t.test('treats the stored number of notifications as a hint', async (t) => {
  for (const [name, notifications, published] of [
    ['acknowledged milestones are not published again', 1, [7]],
    ['with all acknowledged nothing is published', 2, []],
    ['a reset number publishes again', 0, [3, 7]],
    ['a number larger than the history allows is limited', 99, []],
    ['a negative one counts as 0', -4, [3, 7]],
    ['a fraction counts as 0', 1.5, [3, 7]],
    ['a text counts as 0', '2', [3, 7]],
    ['a missing number counts as 0', undefined, [3, 7]],
  ] as const) {
    const { notifier, flips } = willing()
    const parent = { ...coinflip('TTTHTTT'), status: { notifications } }
    const { status } = await sync(parent, context(notifier).context)
    t.same(flips(), published, name)
    t.equal(status.notifications, 2, `${name}: and two are acknowledged in the end`)
  }
  for (const status of [null, 'x', 3, [], { conditions: {} }, { conditions: [null] }]) {
    const { notifier, flips } = willing()
    await sync({ ...coinflip('TTT'), status }, context(notifier).context)
    t.same(flips(), [3], `a status of ${JSON.stringify(status)} is no error`)
  }
})

t.test('publishes nothing after the first notification that is not acknowledged', async (t) => {
  const { notifier, flips } = arrayNotifier((_n, count) =>
    count === 1 ? { kind: 'StreamFull' } : undefined,
  )
  const { status } = await sync(coinflip('TTTHTTTHTTT'), context(notifier).context)
  t.same(flips(), [3])
  t.match(status, { milestones: 3, notifications: 1 })
  t.match(condition(status, 'Notified'), { status: 'False', reason: 'StreamFull' })
})

t.test('counts a duplicate as acknowledged', async (t) => {
  const { notifier } = arrayNotifier(() => ({ kind: 'duplicate' }))
  const { context: hooks, lines } = context(notifier)
  const { status } = await sync(coinflip('TTT'), hooks)
  t.equal(status.notifications, 1)
  t.same(
    lines.filter(({ level }) => level === 'info'),
    [],
    'and is not logged as stored',
  )
})

t.test('logs one line of level info for each stored notification', async (t) => {
  const { context: hooks, lines } = context(willing().notifier)
  await sync(coinflip('TTTHTTT'), hooks)
  t.same(
    lines.filter(({ level }) => level !== 'debug'),
    [3, 7].map((flip, i) => ({
      level: 'info',
      facts: { namespace: 'casino', name: 'table-1', uid: 'uid-1', flip, sequence: i + 1 },
      message: 'notification stored',
    })),
  )
})

t.test('starts no publish whose timeout exceeds the budget', async (t) => {
  const { notifier, flips } = willing()
  const { context: hooks, pass } = context({
    async publish(...args) {
      pass(700)
      return notifier.publish(...args)
    },
  })
  const letters = 'TTTH'.repeat(20)
  const answer = await sync(coinflip(letters), hooks)
  // Starts at 0, 0.7, 1.4, 2.1 and 2.8 s; at 3.5 s a timeout of 2 s would pass the budget of 5 s.
  t.equal(flips().length, 5)
  t.equal(answer.resyncAfterSeconds, 1)
  t.match(condition(answer.status, 'Notified'), { status: 'False', reason: 'InProgress' })
  t.match(condition(answer.status, 'Ready'), { status: 'False', reason: 'NotificationsPending' })
  const next = await sync(stored(coinflip(letters), answer.status), hooks)
  t.equal(next.status.notifications, 10, 'the next call continues')
})

t.test('pauses an annotated object', async (t) => {
  const paused = { annotations: { [pausedAnnotation]: 'true' } }
  const { notifier, flips } = willing()
  const { context: hooks } = context(notifier)
  const answer = await sync(coinflip('TTT', paused), hooks)
  t.same(flips(), [], 'publishes nothing')
  t.equal(answer.resyncAfterSeconds, undefined, 'requests no resync')
  t.match(condition(answer.status, 'Notified'), { status: 'False', reason: 'Paused' })
  t.match(condition(answer.status, 'Ready'), { status: 'False', reason: 'Paused' })
  t.match(answer.status, { tails: 3, milestones: 1 }, 'still counts flips')
  const idle = await sync(coinflip('TT', paused), hooks)
  t.match(condition(idle.status, 'Ready'), { status: 'True' }, 'is ready with nothing pending')
  await sync(stored(coinflip('TTT'), answer.status), hooks)
  t.same(flips(), [3], 'publishes once the annotation is removed')
})

t.test('answers an unchanged object with an equal status', async (t) => {
  const outcomes: (Outcome | undefined)[] = [
    undefined,
    { kind: 'BrokerUnavailable' },
    { kind: 'StreamMissing' },
    { kind: 'StreamFull' },
    { kind: 'NotAuthorized' },
    { kind: 'Misconfigured', code: 10060 },
  ] satisfies (PendingReason | undefined)[]
  for (const letters of ['', 'HTT', 'TTT', 'TTTHTTTT'])
    for (const outcome of outcomes) {
      const { notifier } = arrayNotifier(() => outcome)
      const { context: hooks, pass } = context(notifier)
      const first = await sync(coinflip(letters), hooks)
      pass(90_000)
      const second = await sync(stored(coinflip(letters), first.status), hooks)
      t.same(second.status, first.status, `${letters || 'no flip'}, ${outcome?.kind ?? 'stored'}`)
    }
})

t.test('treats a missing generation as 1', async (t) => {
  const { notifier, events } = willing()
  const { generation: _, ...metadata } = coinflip('TTT').metadata
  const { status } = await sync({ ...coinflip('TTT'), metadata }, context(notifier).context)
  t.equal(status.observedGeneration, 1)
  t.equal(events()[0]?.data.generation, 1)
})
