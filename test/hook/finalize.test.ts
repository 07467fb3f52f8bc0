import t from 'tap'
import { abandonAnnotation, pausedAnnotation } from '../../server/domain/coinflip.ts'
import { finalize, finalizeInvalid } from '../../server/hook/finalize.ts'
import { arrayNotifier, coinflip, condition, context } from '../lib/coinflip.ts'

const disconnected = () => arrayNotifier(() => ({ kind: 'BrokerUnavailable' }))
const connected = () => arrayNotifier(() => undefined)
const abandoned = { annotations: { [abandonAnnotation]: 'true' } }

t.test('allows the deletion once all milestones are acknowledged', async (t) => {
  const { notifier, flips } = connected()
  const answer = await finalize(coinflip('TTTHTTT'), context(notifier).context)
  t.same(flips(), [3, 7])
  t.equal(answer.finalized, true)
})

t.test(
  'delays the deletion while milestones are pending, and names the annotation that abandons them',
  async (t) => {
    const answer = await finalize(coinflip('TTT'), context(disconnected().notifier).context)
    t.equal(answer.finalized, false)
    t.equal(answer.resyncAfterSeconds, 1)
    const { reason, message } = condition(answer.status, 'Notified')
    t.equal(reason, 'BrokerUnavailable')
    t.match(message, abandonAnnotation)
  },
)

t.test('publishes the milestones of a paused object in deletion', async (t) => {
  const { notifier, flips } = connected()
  const parent = coinflip('TTT', { annotations: { [pausedAnnotation]: 'true' } })
  t.equal((await finalize(parent, context(notifier).context)).finalized, true)
  t.same(flips(), [3])
})

t.test('abandons what cannot be published if annotated, with one warning', async (t) => {
  const { context: hooks, lines } = context(disconnected().notifier)
  const parent = { ...coinflip('TTTHTTTHTTT', abandoned), status: { notifications: 1 } }
  const answer = await finalize(parent, hooks)
  t.equal(answer.finalized, true)
  const { status, message } = condition(answer.status, 'Notified')
  t.equal(status, 'False')
  t.match(message, /^2 of 3 notifications pending: .*; the deletion abandons them/)
  t.match(lines, [
    {
      level: 'warn',
      facts: { name: 'table-1', abandoned: 2, flips: [7, 11], reason: 'BrokerUnavailable' },
    },
  ])
})

t.test('publishes what can be published although annotated', async (t) => {
  const { notifier, flips } = connected()
  const { context: hooks, lines } = context(notifier)
  t.equal((await finalize(coinflip('TTT', abandoned), hooks)).finalized, true)
  t.same(flips(), [3])
  t.same(
    lines.filter(({ level }) => level === 'warn'),
    [],
  )
})

t.test('an invalid object in deletion', async (t) => {
  const metadata = { name: 'x', ...abandoned }
  for (const [name, parent, isDeleted] of [
    ['is deleted with the annotation', { metadata, spec: { flips: ['Edge'] } }, true],
    ['is deleted without a spec', { metadata }, true],
    ['is deleted with flips that are not a list', { metadata, spec: { flips: 3 } }, true],
    ['is deleted with a null spec', { metadata, spec: null }, true],
    ['stays without the annotation', { metadata: { name: 'x' } }, false],
    ['stays when annotations are a text', { metadata: { annotations: 'true' } }, false],
    ['stays when metadata is missing', {}, false],
    ['stays when it is null', null, false],
    ['stays when it is a text', 'CoinFlip', false],
  ] as const) {
    const { context: hooks, lines } = context(connected().notifier)
    t.equal(finalizeInvalid(parent, hooks) !== undefined, isDeleted, name)
    t.equal(lines.length, isDeleted ? 1 : 0, `${name}: ${isDeleted ? 'one warning' : 'no line'}`)
  }
  const { context: hooks, lines } = context(connected().notifier)
  const flips = ['Tails', 'Tails', 'Tails', 'Edge', 'Tails', 'Tails', 'Tails']
  const answer = finalizeInvalid({ metadata, spec: { flips }, status: { notifications: 1 } }, hooks)
  t.match(lines, [{ facts: { abandoned: 1, flips: [7], reason: 'InvalidObject' } }])
  t.match(answer, { flips: 7, milestones: 2, notifications: 1 })
  for (const type of ['Notified', 'Ready'])
    t.match(
      answer?.conditions.find((each) => each.type === type),
      {
        status: 'False',
        reason: 'InvalidObject',
      },
    )
})

t.test('limits the length of a log line about an invalid object', async (t) => {
  const long = 'x'.repeat(4_000_000)
  for (const [name, field, expected] of [
    ['a long text', long, 'x'.repeat(253)],
    ['a list', [long], undefined],
    ['an object', { long }, undefined],
    ['a number', 1e300, undefined],
  ] as const) {
    const { context: hooks, lines } = context(connected().notifier)
    const metadata = { ...abandoned, namespace: field, name: field, uid: field, generation: field }
    const status = finalizeInvalid({ metadata, spec: { flips: 'T' }, status: field }, hooks)
    t.match(lines[0]?.facts, { namespace: expected, name: expected, uid: expected }, name)
    t.ok(JSON.stringify(lines).length < 1_500, `${name}: the line is short`)
    t.equal(status?.observedGeneration, 1, `${name}: a generation that is none is the first`)
    t.ok(JSON.stringify(status).length < 1_500, `${name}: the status is short`)
  }
})
