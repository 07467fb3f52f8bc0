import t from 'tap'
import { abandonAnnotation, pausedAnnotation } from '../../server/domain/coinflip.ts'
import { finalize, release } from '../../server/hook/finalize.ts'
import { arrayNotifier, coinflip, condition, context } from '../lib/coinflip.ts'

const away = () => arrayNotifier(() => ({ kind: 'BrokerUnavailable' }))
const willing = () => arrayNotifier(() => undefined)
const abandoned = { annotations: { [abandonAnnotation]: 'true' } }

t.test('an object goes once its milestones are acknowledged', async (t) => {
  const { notifier, flips } = willing()
  const answer = await finalize(coinflip('TTTHTTT'), context(notifier).context)
  t.same(flips(), [3, 7])
  t.equal(answer.finalized, true)
})

t.test('an object with outstanding milestones waits, and says how to give them up', async (t) => {
  const answer = await finalize(coinflip('TTT'), context(away().notifier).context)
  t.equal(answer.finalized, false)
  t.equal(answer.resyncAfterSeconds, 1)
  const { reason, message } = condition(answer.status, 'Notified')
  t.equal(reason, 'BrokerUnavailable')
  t.match(message, abandonAnnotation)
})

t.test('a pause does not hold a deletion back', async (t) => {
  const { notifier, flips } = willing()
  const parent = coinflip('TTT', { annotations: { [pausedAnnotation]: 'true' } })
  t.equal((await finalize(parent, context(notifier).context)).finalized, true)
  t.same(flips(), [3])
})

t.test('the annotation gives up what cannot be published, with one warning', async (t) => {
  const { context: hooks, lines } = context(away().notifier)
  const parent = { ...coinflip('TTTHTTTHTTT', abandoned), status: { notifications: 1 } }
  const answer = await finalize(parent, hooks)
  t.equal(answer.finalized, true)
  const { status, message } = condition(answer.status, 'Notified')
  t.equal(status, 'False')
  t.match(message, /^2 of 3 notifications outstanding: .*; the deletion abandons them/)
  t.match(lines, [
    {
      level: 'warn',
      facts: { name: 'table-1', givenUp: 2, flips: [7, 11], reason: 'BrokerUnavailable' },
    },
  ])
})

t.test('the annotation still publishes what can be published', async (t) => {
  const { notifier, flips } = willing()
  const { context: hooks, lines } = context(notifier)
  t.equal((await finalize(coinflip('TTT', abandoned), hooks)).finalized, true)
  t.same(flips(), [3])
  t.same(
    lines.filter(({ level }) => level === 'warn'),
    [],
  )
})

t.test('an object that is no CoinFlip', async (t) => {
  const metadata = { name: 'x', ...abandoned }
  for (const [name, parent, goes] of [
    ['goes with the annotation', { metadata, spec: { flips: ['Edge'] } }, true],
    ['goes without a spec', { metadata }, true],
    ['goes with flips that are no list', { metadata, spec: { flips: 3 } }, true],
    ['goes with a null spec', { metadata, spec: null }, true],
    ['stays without the annotation', { metadata: { name: 'x' } }, false],
    ['stays when annotations are a text', { metadata: { annotations: 'true' } }, false],
    ['stays when metadata is missing', {}, false],
    ['stays when it is null', null, false],
    ['stays when it is a text', 'CoinFlip', false],
  ] as const) {
    const { context: hooks, lines } = context(willing().notifier)
    t.equal(release(parent, hooks) !== undefined, goes, name)
    t.equal(lines.length, goes ? 1 : 0, `${name}: ${goes ? 'one warning' : 'no word'}`)
  }
  const { context: hooks, lines } = context(willing().notifier)
  const flips = ['Tails', 'Tails', 'Tails', 'Edge', 'Tails', 'Tails', 'Tails']
  const answer = release({ metadata, spec: { flips }, status: { notifications: 1 } }, hooks)
  t.match(lines, [{ facts: { givenUp: 1, flips: [7], reason: 'InvalidObject' } }])
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

t.test('what an object that is no CoinFlip brings along never makes a long line', async (t) => {
  const long = 'x'.repeat(4_000_000)
  for (const [name, field, expected] of [
    ['a long text', long, 'x'.repeat(253)],
    ['a list', [long], undefined],
    ['an object', { long }, undefined],
    ['a number', 1e300, undefined],
  ] as const) {
    const { context: hooks, lines } = context(willing().notifier)
    const metadata = { ...abandoned, namespace: field, name: field, uid: field, generation: field }
    const status = release({ metadata, spec: { flips: 'T' }, status: field }, hooks)
    t.match(lines[0]?.facts, { namespace: expected, name: expected, uid: expected }, name)
    t.ok(JSON.stringify(lines).length < 1_500, `${name}: the line is short`)
    t.equal(status?.observedGeneration, 1, `${name}: a generation that is none is the first`)
    t.ok(JSON.stringify(status).length < 1_500, `${name}: the status is short`)
  }
})
