import t, { type Test } from 'tap'
import Type from 'typebox'
import {
  type CompositeHooks,
  defineComposite,
  defineDecorator,
  type SelectionOf,
} from '../../server/metacontroller/index.ts'
import { hookApp } from '../lib/hook-app.ts'

const related = {
  Secret: { apiVersion: 'v1', resource: 'secrets' },
  Namespace: { apiVersion: 'v1', resource: 'namespaces', scope: 'Cluster' },
} as const
const propagation = defineComposite({
  name: 'propagation',
  parent: {
    apiVersion: 'example.com/v1',
    kind: 'Propagation',
    resource: 'propagations',
    scope: 'Cluster',
    schema: Type.Object({ spec: Type.Object({ from: Type.String() }) }),
    status: Type.Object({ namespaces: Type.Integer() }),
  },
  related,
})
type Hooks = CompositeHooks<typeof propagation>
type Selections = SelectionOf<typeof related>

const parent = { metadata: { name: 'p' }, spec: { from: 'home' } }
const matchLabels = { copies: 'yes' }
const sync: Hooks['sync'] = ({ related }) => ({ status: { namespaces: related.Namespace.size } })
const app = (t: Test, customize: Hooks['customize']) => hookApp(t, propagation, { sync, customize })

t.test('answers with a rule for each selection, with the resource of its kind', async (t) => {
  const { call } = await app(t, ({ parent }) => ({
    Secret: [
      { names: ['a', 'b'], namespace: parent.spec.from },
      { namespaceSelector: { matchLabels }, labelSelector: { matchLabels } },
    ],
    Namespace: { labelSelector: { matchLabels } },
  }))
  const secrets = { apiVersion: 'v1', resource: 'secrets' }
  t.same((await call('/customize', { parent, controller: {} })).answer, {
    relatedResources: [
      { ...secrets, names: ['a', 'b'], namespace: 'home' },
      { ...secrets, namespaceSelector: { matchLabels }, labelSelector: { matchLabels } },
      { apiVersion: 'v1', resource: 'namespaces', labelSelector: { matchLabels } },
    ],
  })
})

t.test('an empty selection selects all objects of a kind, none selects none', async (t) => {
  const { call } = await app(t, () => ({ Namespace: {} }))
  t.same((await call('/customize', { parent })).answer, {
    relatedResources: [{ apiVersion: 'v1', resource: 'namespaces' }],
  })
  const none = await app(t, () => ({}))
  t.same((await none.call('/customize', { parent })).answer, { relatedResources: [] })
})

t.test('finds related objects by kind, of any namespace', async (t) => {
  const { call } = await hookApp(t, propagation, {
    sync: ({ related }) => ({
      status: {
        namespaces: related.Namespace.get('home') && related.Secret.get('a', 'home') ? 1 : 0,
      },
    }),
    customize: () => ({}),
  })
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'home' } }
  const sent = {
    'Secret.v1': { 'home/a': secret },
    'Namespace.v1': { home: { metadata: { name: 'home' } } },
  }
  t.same((await call('/sync', { parent, related: sent })).answer.status, { namespaces: 1 })
})

t.test('finds objects under the keys of version v1 too', async (t) => {
  const namespaced = defineComposite({
    ...propagation,
    parent: { ...propagation.parent, scope: 'Namespaced' },
    children: { ConfigMap: { apiVersion: 'v1', resource: 'configmaps' } },
  })
  const { call } = await hookApp(t, namespaced, {
    sync: ({ children, related }) => ({
      status: { namespaces: children.ConfigMap.get('c') && related.Secret.get('a') ? 1 : 0 },
    }),
    customize: () => ({}),
  })
  const object = (name: string) => ({ [name]: { metadata: { name, namespace: 'home' } } })
  const { answer } = await call('/sync', {
    parent: { ...parent, metadata: { name: 'p', namespace: 'home' } },
    children: { 'ConfigMap.v1': object('c') },
    related: { 'Secret.v1': object('a') },
  })
  t.same(answer.status, { namespaces: 1 })
})

t.test('refuses what Metacontroller would refuse at each sync', async (t) => {
  const namespaceSelector = { matchLabels }
  for (const [selections, error] of [
    [{ Pod: {} }, 'the related kind Pod of the answer is not declared'],
    [
      { Secret: { names: ['a'], labelSelector: { matchLabels } } },
      'related Secret of the answer: names and a selector exclude each other',
    ],
    [
      { Secret: [{}, { names: ['a'], namespaceSelector }] },
      'related Secret of the answer: names and a selector exclude each other',
    ],
    [
      { Secret: { namespace: 'home', namespaceSelector } },
      'related Secret of the answer: namespace and namespaceSelector exclude each other',
    ],
    [
      { Namespace: { namespaceSelector } },
      'related Namespace of the answer: a cluster-scoped kind has no namespaces to select',
    ],
  ] as const) {
    const { call, lines } = await app(t, () => selections as unknown as Selections)
    t.same(await call('/customize', { parent }), {
      code: 500,
      answer: { error: `bug in the hook: ${error}` },
    })
    t.ok(lines[0]?.includes(error), 'the log names it')
  }
})

t.test('refuses a parent that does not match its schema', async (t) => {
  const { call } = await app(t, () => ({}))
  t.same(await call('/customize', { parent: { spec: {} } }), {
    code: 400,
    answer: { error: 'parent.spec.from is missing' },
  })
})

t.test('is there for a DecoratorController too, which calls its object the parent', async (t) => {
  const jobs = defineDecorator({
    name: 'jobs',
    resources: { Job: { apiVersion: 'batch/v1', resource: 'jobs' } },
    related,
  })
  const { call } = await hookApp(t, jobs, {
    sync: ({ related }) => ({ labels: { secrets: `${related.Secret.size}` } }),
    customize: ({ object }) => ({ Secret: { names: [object.metadata.name] } }),
  })
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } }
  t.same((await call('/customize', { parent: job })).answer, {
    relatedResources: [{ apiVersion: 'v1', resource: 'secrets', names: ['j'] }],
  })
  t.same((await call('/sync', { object: job })).answer.labels, { secrets: '0' })
})

t.test('there is no customize hook without related kinds', async (t) => {
  const { Secret } = related
  const plain = defineDecorator({ name: 'plain', resources: { Secret } })
  const { call } = await hookApp(t, plain, { sync: () => ({}) })
  const { code, answer } = await call('/customize', { parent })
  t.equal(code, 404)
  t.same(answer, { error: 'no such path, there is /sync' })
})

t.test('the types of selections are those that Metacontroller accepts', async (t) => {
  const names = ['a']
  // @ts-expect-error: names beside a selector
  const both: Selections = { Secret: { names, labelSelector: { matchLabels } } }
  // @ts-expect-error: an undeclared kind
  const undeclared: Selections = { Pod: {} }
  // @ts-expect-error: related kinds without a customize hook
  const missing: Hooks = { sync }
  t.ok([both, undeclared, missing].every(Boolean))
})
