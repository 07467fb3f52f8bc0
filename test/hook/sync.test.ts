import t from 'tap'
import { pausedAnnotation } from '../../server/domain/coinflip.ts'
import type { Hindrance } from '../../server/domain/hindrance.ts'
import type { Outcome } from '../../server/hook/notifier.ts'
import { sync } from '../../server/hook/sync.ts'
import { arrayNotifier, coinflip, condition, context, stored } from '../lib/coinflip.ts'

const willing = () => arrayNotifier(() => undefined)

t.test('a third tail is published once, and a fourth adds nothing', async (t) => {
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

t.test('milestones are published in order with their ordinals', async (t) => {
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

t.test('the stored count of notifications is a hint', async (t) => {
  for (const [name, notifications, published] of [
    ['acknowledged ones are not published again', 1, [7]],
    ['all acknowledged publishes nothing', 2, []],
    ['one set back repeats', 0, [3, 7]],
    ['one larger than the history allows is cut back', 99, []],
    ['a negative one counts as 0', -4, [3, 7]],
    ['a fraction counts as 0', 1.5, [3, 7]],
    ['a text counts as 0', '2', [3, 7]],
    ['none counts as 0', undefined, [3, 7]],
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

t.test('none is published after the first that was not acknowledged', async (t) => {
  const { notifier, flips } = arrayNotifier((_n, count) =>
    count === 1 ? { kind: 'StreamFull' } : undefined,
  )
  const { status } = await sync(coinflip('TTTHTTTHTTT'), context(notifier).context)
  t.same(flips(), [3])
  t.match(status, { milestones: 3, notifications: 1 })
  t.match(condition(status, 'Notified'), { status: 'False', reason: 'StreamFull' })
})

t.test('a repeat that the stream refuses counts as acknowledged', async (t) => {
  const { notifier } = arrayNotifier(() => ({ kind: 'stored-before' }))
  const { context: hooks, lines } = context(notifier)
  const { status } = await sync(coinflip('TTT'), hooks)
  t.equal(status.notifications, 1)
  t.same(
    lines.filter(({ level }) => level === 'info'),
    [],
    'and is not logged as stored',
  )
})

t.test('each notification stored is one line of information', async (t) => {
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

t.test('a call stops publishing while a whole timeout still fits into its budget', async (t) => {
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
  t.equal(next.status.notifications, 10, 'the next call goes on where this one ended')
})

t.test('a pause', async (t) => {
  const paused = { annotations: { [pausedAnnotation]: 'true' } }
  const { notifier, flips } = willing()
  const { context: hooks } = context(notifier)
  const answer = await sync(coinflip('TTT', paused), hooks)
  t.same(flips(), [], 'publishes nothing')
  t.equal(answer.resyncAfterSeconds, undefined, 'asks for no other call')
  t.match(condition(answer.status, 'Notified'), { status: 'False', reason: 'Paused' })
  t.match(condition(answer.status, 'Ready'), { status: 'False', reason: 'Paused' })
  t.match(answer.status, { tails: 3, milestones: 1 }, 'still tallies')
  const idle = await sync(coinflip('TT', paused), hooks)
  t.match(condition(idle.status, 'Ready'), { status: 'True' }, 'with nothing to hold is ready')
  await sync(stored(coinflip('TTT'), answer.status), hooks)
  t.same(flips(), [3], 'holds back only until it is taken off')
})

t.test('a call with the status last answered gets an equal one', async (t) => {
  const outcomes: (Outcome | undefined)[] = [
    undefined,
    { kind: 'BrokerUnavailable' },
    { kind: 'StreamMissing' },
    { kind: 'StreamFull' },
    { kind: 'NotAuthorized' },
    { kind: 'Misconfigured', code: 10060 },
  ] satisfies (Hindrance | undefined)[]
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

t.test('an object without a generation counts as the first', async (t) => {
  const { notifier, events } = willing()
  const { generation: _, ...metadata } = coinflip('TTT').metadata
  const { status } = await sync({ ...coinflip('TTT'), metadata }, context(notifier).context)
  t.equal(status.observedGeneration, 1)
  t.equal(events()[0]?.data.generation, 1)
})
