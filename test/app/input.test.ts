import t from 'tap'
import { abandonAnnotation } from '../../server/domain/coinflip.ts'
import { arrayNotifier, coinflip, context } from '../lib/coinflip.ts'
import { post, realApp } from '../lib/real-app.ts'

t.test('accepts a minimal body', async (t) => {
  const { notifier, flips } = arrayNotifier(() => undefined)
  const { app } = await realApp(t, context(notifier).context)
  const metadata = { namespace: 'default', name: 'a', uid: '1' }
  const call = { parent: { metadata, spec: { flips: ['Tails', 'Tails', 'Tails'] } } }
  const { code, body } = await post(app, '/sync', call)
  t.equal(code, 200)
  t.match(body.status, { flips: 3, milestones: 1, notifications: 1 })
  t.same(flips(), [3])
})

t.test('refuses invalid input and publishes nothing', async (t) => {
  const { notifier, flips } = arrayNotifier(() => undefined)
  const { app } = await realApp(t, context(notifier).context)
  const good = coinflip('TTT')
  const meta = (parts: object) => ({
    parent: { ...good, metadata: { ...good.metadata, ...parts } },
  })
  for (const [name, call, field] of [
    [
      'an unknown face',
      { parent: { ...good, spec: { flips: ['Tails', 'Edge'] } } },
      'parent.spec.flips[1]',
    ],
    [
      'flips that are no list',
      { parent: { ...good, spec: { flips: 'Tails' } } },
      'parent.spec.flips',
    ],
    ['no spec', { parent: { metadata: good.metadata } }, 'parent.spec'],
    ['another kind', { parent: { ...good, kind: 'Dice' } }, 'parent.kind'],
    ['another group', { parent: { ...good, apiVersion: 'apps/v1' } }, 'parent.apiVersion'],
    ['a uid with a wildcard', meta({ uid: 'a*' }), 'parent.metadata.uid'],
    ['a uid with dots', meta({ uid: 'a.b' }), 'parent.metadata.uid'],
    ['a namespace that takes all', meta({ namespace: '>' }), 'parent.metadata.namespace'],
    ['a namespace with a blank', meta({ namespace: 'a b' }), 'parent.metadata.namespace'],
    ['no uid', meta({ uid: undefined }), 'parent.metadata.uid'],
  ] as const)
    for (const url of ['/sync', '/finalize']) {
      const { code, body } = await post(app, url, call)
      t.equal(code, 400, `${url}: ${name}`)
      t.ok(body.error.startsWith(`${field} `), `${url}: "${body.error}" names ${field}`)
      t.ok(body.error.length < 200)
    }
  t.same(flips(), [])
})

t.test('allows the deletion of an invalid object with the annotation', async (t) => {
  const { app } = await realApp(t, context(arrayNotifier(() => undefined).notifier).context)
  const metadata = { name: 'x', annotations: { [abandonAnnotation]: 'true' } }
  const { code, body } = await post(app, '/finalize', {
    parent: { metadata, spec: { flips: [1] } },
  })
  t.equal(code, 200)
  t.equal(body.finalized, true)
})

t.test('serves an object of the maximum size of etcd', async (t) => {
  const { app } = await realApp(t, context(arrayNotifier(() => undefined).notifier).context)
  const parent = { ...coinflip('TTT'), padding: 'x'.repeat(1_500_000) }
  t.equal((await post(app, '/sync', { parent })).code, 200)
  const { code } = await post(app, '/sync', {
    parent: { ...parent, padding: 'x'.repeat(4_200_000) },
  })
  t.equal(code, 413)
})

t.test('counts calls by route and code, without a label for the object', async (t) => {
  const { app, metrics } = await realApp(
    t,
    context(arrayNotifier(() => undefined).notifier).context,
  )
  await post(app, '/sync', { parent: coinflip('T') })
  await post(app, '/sync', {})
  const text = await metrics.registry.metrics()
  t.match(text, /coinflip_request_duration_seconds_count\{route="\/sync",code="200"\} 1/)
  t.match(text, /coinflip_request_duration_seconds_count\{route="\/sync",code="400"\} 1/)
  t.notMatch(text, /table-1/)
})
