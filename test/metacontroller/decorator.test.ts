import t from 'tap'
import Type from 'typebox'
import {
  type DecoratorCall,
  type DecoratorHooks,
  defineDecorator,
} from '../../server/metacontroller/index.ts'
import { hookApp } from '../lib/hook-app.ts'

const Labelled = Type.Object({
  metadata: Type.Object({ name: Type.String(), labels: Type.Record(Type.String(), Type.String()) }),
})
const exposed = defineDecorator({
  name: 'expose',
  resources: {
    Deployment: {
      apiVersion: 'apps/v1',
      resource: 'deployments',
      annotationSelector: { matchAnnotations: { expose: 'yes' } },
      schema: Labelled,
    },
    StatefulSet: { apiVersion: 'apps/v1', resource: 'statefulsets' },
  },
  attachments: { Service: { apiVersion: 'v1', resource: 'services', updateStrategy: 'InPlace' } },
  status: Type.Object({ exposed: Type.Boolean() }),
  finalize: true,
})
type Hooks = DecoratorHooks<typeof exposed>

const object = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'home', uid: 'u1', labels: { app: 'web' } },
}
const finalize = () => ({ finalized: true })

t.test('answers with labels, annotations, a status and attachments', async (t) => {
  const { call } = await hookApp(t, exposed, {
    sync: ({ object, attachments }) => ({
      labels: { exposed: 'yes', old: null },
      annotations: { count: `${attachments.Service.size}`, gone: null },
      status: { exposed: true, extra: 1 },
      attachments: { Service: [{ metadata: { name: object.metadata.name } }] },
      resyncAfterSeconds: 5,
    }),
    finalize,
  })
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'home' },
  }
  const sent = { object, attachments: { 'Service.v1': { 'home/web': service } }, related: {} }
  t.same((await call('/sync', sent)).answer, {
    labels: { exposed: 'yes', old: null },
    annotations: { count: '1', gone: null },
    status: { exposed: true },
    attachments: [{ metadata: { name: 'web' }, apiVersion: 'v1', kind: 'Service' }],
    resyncAfterSeconds: 5,
  })
})

t.test('an answer without a status leaves the status out', async (t) => {
  const { call } = await hookApp(t, exposed, { sync: () => ({}), finalize })
  t.same((await call('/sync', { object })).answer, { attachments: [] })
})

t.test('tells the kinds of its objects apart', async (t) => {
  const seen: DecoratorCall<typeof exposed>[] = []
  const { call } = await hookApp(t, exposed, {
    sync(call) {
      seen.push(call)
      if (call.object.kind === 'Deployment') return { labels: call.object.metadata.labels }
      return {}
    },
    finalize,
  })
  t.same((await call('/sync', { object })).answer.labels, { app: 'web' })
  const bare = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' } }
  t.equal((await call('/sync', { object: bare })).code, 200)
  t.same(
    seen.map(({ object }) => object.kind),
    ['Deployment', 'StatefulSet'],
  )
})

t.test('refuses an object by the schema of its kind', async (t) => {
  const { call } = await hookApp(t, exposed, { sync: () => ({}), finalize })
  for (const [body, error] of [
    [{}, 'object is missing'],
    [{ object: { kind: 'Pod', metadata: {} } }, 'object.kind must be Deployment or StatefulSet'],
    [
      { object: { kind: 'Deployment', metadata: { name: 'web' } } },
      'object.metadata.labels is missing',
    ],
    [
      { object: { kind: 'Deployment', metadata: { name: 'web', labels: { app: 1 } } } },
      'object.metadata.labels.app must be string',
    ],
  ] as const)
    t.same(await call('/sync', body), { code: 400, answer: { error } })
})

t.test('finalizes, and refuses attachments in another namespace', async (t) => {
  const { call } = await hookApp(t, exposed, {
    sync: () => ({}),
    finalize: ({ finalizing }) => ({
      labels: { exposed: null },
      finalized: finalizing,
      attachments: finalizing
        ? {}
        : { Service: [{ metadata: { name: 'web', namespace: 'elsewhere' } }] },
    }),
  })
  t.same((await call('/finalize', { object, finalizing: true })).answer, {
    labels: { exposed: null },
    attachments: [],
    finalized: true,
  })
  t.same(await call('/finalize', { object, finalizing: false }), {
    code: 500,
    answer: {
      error:
        'bug in the hook: Service elsewhere/web of the answer is not in the namespace of its parent, home',
    },
  })
})

t.test('an object in deletion that does not match its schema can be let go', async (t) => {
  const { call } = await hookApp(t, exposed, {
    sync: () => ({}),
    finalize,
    finalizeInvalid: (object) =>
      JSON.stringify(object).includes('let go') ? { labels: { exposed: null } } : undefined,
  })
  const named = (name: string) => ({ object: { kind: 'Deployment', metadata: { name } } })
  t.same(await call('/finalize', named('let go')), {
    code: 200,
    answer: { labels: { exposed: null }, attachments: [], finalized: true },
  })
  t.equal((await call('/finalize', named('stay'))).code, 400)
})

t.test('tells kinds of the same name apart by their group', async (t) => {
  const both = defineDecorator({
    name: 'both',
    resources: {
      Ingress: { apiVersion: 'networking.k8s.io/v1', resource: 'ingresses', schema: Labelled },
      OldIngress: { apiVersion: 'example.com/v1', resource: 'ingresses', kind: 'Ingress' },
    },
  })
  const { call } = await hookApp(t, both, { sync: () => ({}) })
  const ingress = (apiVersion: string) => ({
    object: { apiVersion, kind: 'Ingress', metadata: { name: 'a' } },
  })
  t.equal((await call('/sync', ingress('example.com/v1'))).code, 200)
  t.equal((await call('/sync', ingress('networking.k8s.io/v1'))).code, 400)
})

t.test('the types of hooks are those of the declaration', async (t) => {
  // @ts-expect-error: a finalize hook alone, which ends Metacontroller 4.10
  const alone: Hooks = { finalize }
  // @ts-expect-error: an undeclared kind of attachment
  const undeclared: Hooks['sync'] = () => ({ attachments: { Pod: [] } })
  // @ts-expect-error: a number as a label
  const label: Hooks['sync'] = () => ({ labels: { replicas: 3 } })
  t.ok([alone, undeclared, label].every(Boolean))
})
