import t, { type Test } from 'tap'
import { openApi } from '../../server/cluster/api.ts'
import { release } from '../../server/cluster/release.ts'
import { coinflipsAt, compositeAt, compositePath, startPlayedApi } from './played-api.ts'

const composite = {
  [compositePath]: compositeAt('https://coinflip-operator.coinflip-system.svc:8080'),
}

async function start(t: Test, stored: Record<string, object>, patienceMs = 0) {
  const played = await startPlayedApi(t, stored)
  return { played, release: () => release(openApi(played.url, played.account), patienceMs) }
}

t.test(
  'deletes the CompositeController before it removes the finalizers, and no others',
  async (t) => {
    const names = Array.from({ length: 250 }, (_, i) => `coin-${i}`)
    const { played, release } = await start(t, { ...composite, ...coinflipsAt(names) }, 10_000)
    t.same(await release(), {
      done: 'removed the CompositeController, and the finalizer from 250 CoinFlips',
    })
    t.equal(played.writes[0], `DELETE ${compositePath}`)
    t.equal(played.objects.size, names.length, 'they all stay')
    for (const { metadata } of played.objects.values())
      t.same(metadata.finalizers, ['example.com/other'], metadata.name)
    t.match(await release(), { done: /from 0 CoinFlips/ }, 'it may be repeated')
  },
)

t.test('changes nothing while a deletion waits for its notifications', async (t) => {
  const stored = { ...composite, ...coinflipsAt(['staying', 'leaving'], ['leaving']) }
  const { played, release } = await start(t, stored)
  t.match(await release(), {
    fault: /pending notifications: default\/leaving\..*abandon-notifications=true/,
  })
  t.same(played.writes, [])
})

t.test('names who restores the finalizer', async (t) => {
  const { played, release } = await start(t, { ...composite, ...coinflipsAt(['held']) })
  played.refuse = (method, path) => (method === 'PATCH' && path.endsWith('held') ? 422 : undefined)
  t.match(await release(), { fault: /get the finalizer again: default\/held\. Does Argo CD/ })
})

for (const [what, method] of [
  ['deleting the CompositeController', 'DELETE'],
  ['removing a finalizer', 'PATCH'],
  ['listing CoinFlips', 'GET'],
] as const)
  t.test(`says so when ${what} is forbidden`, async (t) => {
    const { played, release } = await start(t, { ...composite, ...coinflipsAt(['one']) })
    played.refuse = (asked) => (asked === method ? 403 : undefined)
    t.match(await release(), { fault: new RegExp(`^${method} /apis/.*refused with 403`) })
  })

t.test('has nothing to do without the CRDs', async (t) => {
  const { played, release } = await start(t, {})
  played.refuse = (method) => (method === 'GET' ? 404 : undefined)
  t.match(await release(), { done: /from 0 CoinFlips/ })
})
