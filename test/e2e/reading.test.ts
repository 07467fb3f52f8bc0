import t from 'tap'
import { env } from './environment.ts'

const coinflips = await env.coinflips('e2e-reading')
const real = env.needs('metacontroller')
const inNamespace = ['-n', coinflips.namespace]
const oneLine = (text: string) => text.trim().replaceAll(/\s+/g, ' ')

t.test('`kubectl wait` works with each condition', real, async (t) => {
  await coinflips.create('awaited', 'TT')
  await coinflips.settled('awaited')
  const waiting = ['ThreeTails', 'Notified', 'Ready'].map((type) =>
    env.kubectl(
      'wait',
      ...inNamespace,
      `--for=condition=${type}`,
      'coinflip/awaited',
      '--timeout=30s',
    ),
  )
  await coinflips.append('awaited', 'T')
  for (const words of await Promise.all(waiting))
    t.match(words, 'coinflip.games.example.com/awaited condition met')
})

t.test('`kubectl get` shows the state of a CoinFlip in a line', real, async (t) => {
  await coinflips.create('shown', 'HTTT')
  await coinflips.settled('shown')
  const lines = async (...args: string[]) =>
    (await env.kubectl('get', ...inNamespace, ...args)).trim().split('\n').map(oneLine)
  const [head, row] = await lines('coinflip', 'shown')
  t.equal(head, 'NAME FLIPS STREAK LENGTH MILESTONES NOTIFICATIONS READY AGE')
  t.match(row, /^shown 4 Tails 3 1 1 True \d+s$/)
  const [wideHead, wideRow] = await lines('coinflip', 'shown', '-o', 'wide')
  t.equal(
    wideHead,
    'NAME FLIPS STREAK LENGTH MILESTONES NOTIFICATIONS READY REASON THREETAILS NOTIFIED AGE',
  )
  t.match(wideRow, /^shown 4 Tails 3 1 1 True Reconciled ThreeInARow Published \d+s$/)
})

t.test('`kubectl get` finds CoinFlips by short name and category, not by `all`', async (t) => {
  await coinflips.create('found', 'H')
  for (const name of ['cf', 'coinflips', 'games'])
    t.match(
      await env.kubectl('get', ...inNamespace, name, '-o', 'name'),
      'coinflip.games.example.com/found',
      name,
    )
  t.notMatch(await env.kubectl('get', ...inNamespace, 'all', '-o', 'name'), 'found')
})

t.test('`kubectl explain` describes the flips and every other field', async (t) => {
  const flips = oneLine(await env.kubectl('explain', 'coinflip.spec.flips'))
  t.match(
    flips,
    'GROUP: games.example.com KIND: CoinFlip VERSION: v1alpha1 FIELD: flips <[]string>',
  )
  t.match(
    flips,
    'Flips in the order they were made, oldest first, at most 10,000. Flips can be appended, ' +
      'but existing flips cannot be changed, removed or moved. ' +
      'Side of the coin that came up: Heads or Tails.',
  )
  for (const path of ['', '.spec', '.status', '.status.streak', '.status.conditions'])
    t.notMatch(
      await env.kubectl('explain', `coinflip${path}`),
      '<no description>',
      `coinflip${path}`,
    )
})
