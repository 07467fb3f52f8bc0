import t from 'tap'
import { abandonAnnotation, pausedAnnotation } from '../../server/domain/coinflip.ts'
import { finalize, release } from '../../server/hook/finalize.ts'
import { arrayNotifier, coinflip, condition, context } from '../helpers.ts'

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
  t.equal((await finalize(parent, hooks)).finalized, true)
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
  release({ metadata, spec: { flips }, status: { notifications: 1 } }, hooks)
  t.match(lines, [{ facts: { givenUp: 1, flips: [7], reason: 'InvalidObject' } }])
})
