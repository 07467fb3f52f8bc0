import t, { type Test } from 'tap'
import Type from 'typebox'
import {
  type CompositeCall,
  type CompositeHooks,
  defineComposite,
} from '../../server/metacontroller/index.ts'
import { hookApp } from '../lib/hook-app.ts'

interface ConfigMap {
  data?: Record<string, string>
}
const Parent = Type.Object({
  metadata: Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) }),
  spec: Type.Object({ text: Type.String() }),
})
const status = Type.Object({ copies: Type.Integer() })
const ownKind = { apiVersion: 'example.com/v1', kind: 'Note', resource: 'notes' }
const children = {
  ConfigMap: {
    apiVersion: 'v1',
    resource: 'configmaps',
    updateStrategy: 'InPlace',
    schema: Type.Unsafe<ConfigMap>({}),
  },
  Deployment: { apiVersion: 'apps/v1', resource: 'deployments' },
} as const

const notes = defineComposite({
  name: 'note',
  parent: { ...ownKind, schema: Parent, status },
  children,
  finalize: true,
})
const clusterNotes = defineComposite({
  name: 'cluster-note',
  parent: { ...ownKind, scope: 'Cluster', schema: Parent, status },
  children: {
    ...children,
    Namespace: { apiVersion: 'v1', resource: 'namespaces', scope: 'Cluster' },
  },
})

type Call = CompositeCall<typeof notes>
type Hooks = CompositeHooks<typeof notes>

const note = { metadata: { name: 'n', namespace: 'home', uid: 'u1' }, spec: { text: 'hello' } }
const configMap = (name: string, namespace = 'home') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data: { text: 'hello' },
})

const app = (t: Test, hooks: Partial<Hooks>) =>
  hookApp(t, notes, {
    sync: () => ({ status: { copies: 0 } }),
    finalize: () => ({ status: { copies: 0 }, finalized: true }),
    ...hooks,
  })

t.test('finds children by kind, name and namespace', async (t) => {
  const seen: Call[] = []
  const { call } = await app(t, {
    sync(call) {
      seen.push(call)
      return { status: { copies: call.children.ConfigMap.size } }
    },
  })
  const sent = {
    parent: note,
    children: {
      'ConfigMap.v1': { 'home/a': configMap('a'), 'home/b': configMap('b') },
      'Deployment.apps/v1': {},
      'Pod.v1': { 'home/a': configMap('a') },
    },
    related: {},
  }
  t.same((await call('/sync', sent)).answer.status, { copies: 2 })
  const [{ children, finalizing } = {} as Call] = seen
  t.equal(children.ConfigMap.get('a')?.data?.text, 'hello', 'in the namespace of the parent')
  t.equal(children.ConfigMap.get('b', 'home')?.metadata.name, 'b', 'in a given namespace')
  t.equal(children.ConfigMap.get('a', 'elsewhere'), undefined)
  t.same(
    [...children.ConfigMap].map(({ metadata }) => metadata.name),
    ['a', 'b'],
  )
  t.equal(children.Deployment.size, 0)
  t.same(Object.keys(children), ['ConfigMap', 'Deployment'], 'only declared kinds')
  t.equal(finalizing, false)
})

t.test('finds cluster-scoped children by their name alone', async (t) => {
  const found: unknown[] = []
  const { call } = await hookApp(t, clusterNotes, {
    sync({ children }) {
      found.push(children.Namespace.get('home')?.metadata.name)
      found.push(children.ConfigMap.get('a', 'home')?.metadata.name)
      return { status: { copies: 0 } }
    },
  })
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'home' } }
  await call('/sync', {
    parent: { ...note, metadata: { name: 'n' } },
    children: { 'Namespace.v1': { home: namespace }, 'ConfigMap.v1': { 'home/a': configMap('a') } },
  })
  t.same(found, ['home', 'a'])
})

t.test('answers with children as a list, with their kind and in their order', async (t) => {
  const { call } = await app(t, {
    sync: ({ parent }) => ({
      status: { copies: 2 },
      children: {
        ConfigMap: [
          { metadata: { name: 'b' }, data: { text: parent.spec.text } },
          { metadata: { name: 'a', namespace: 'home' } },
        ],
        Deployment: [{ metadata: { name: 'd' }, spec: { replicas: 1 } }],
      },
    }),
  })
  t.same((await call('/sync', { parent: note })).answer, {
    status: { copies: 2 },
    children: [
      { metadata: { name: 'b' }, data: { text: 'hello' }, apiVersion: 'v1', kind: 'ConfigMap' },
      { metadata: { name: 'a', namespace: 'home' }, apiVersion: 'v1', kind: 'ConfigMap' },
      {
        metadata: { name: 'd' },
        spec: { replicas: 1 },
        apiVersion: 'apps/v1',
        kind: 'Deployment',
      },
    ],
  })
})

t.test('takes fields that the server sets out of children that are sent back', async (t) => {
  const { call } = await app(t, {
    sync: ({ children }) => ({
      status: { copies: 0 },
      children: { ConfigMap: [...children.ConfigMap] },
    }),
  })
  const owner = { apiVersion: 'example.com/v1', kind: 'Note', name: 'n', uid: 'u1' }
  const other = { ...owner, name: 'o', uid: 'u2' }
  const stored = {
    ...configMap('a'),
    status: { ready: true },
    metadata: {
      ...configMap('a').metadata,
      uid: 'c1',
      resourceVersion: '12',
      generation: 3,
      creationTimestamp: '2026-11-22T12:00:00Z',
      deletionTimestamp: '2026-11-22T12:00:00Z',
      deletionGracePeriodSeconds: 0,
      managedFields: [{}],
      selfLink: '/x',
      labels: { 'controller-uid': 'u1' },
      annotations: { 'metacontroller.k8s.io/last-applied-configuration': '{}', mine: 'yes' },
      ownerReferences: [owner, other],
    },
  }
  const bare = {
    ...configMap('b'),
    metadata: {
      ...configMap('b').metadata,
      annotations: { 'metacontroller.k8s.io/last-applied-configuration': '{}' },
      ownerReferences: [owner],
    },
  }
  const { answer } = await call('/sync', {
    parent: note,
    children: { 'ConfigMap.v1': { 'home/a': stored, 'home/b': bare } },
  })
  t.same(answer.children, [
    {
      ...configMap('a'),
      metadata: {
        name: 'a',
        namespace: 'home',
        labels: { 'controller-uid': 'u1' },
        annotations: { mine: 'yes' },
        ownerReferences: [other],
      },
    },
    { ...configMap('b'), metadata: { name: 'b', namespace: 'home' } },
  ])
})

t.test('refuses an answer that Metacontroller could only apply in part', async (t) => {
  const named = (name: string, namespace?: string) => ({ metadata: { name, namespace } })
  for (const [fault, children, error] of [
    [
      'with a kind that is not declared',
      { Pod: [named('p')] },
      'the kind Pod of the answer is not declared',
    ],
    [
      'with an object of another kind than its list',
      { ConfigMap: [{ ...named('a'), kind: 'Secret' }] },
      'ConfigMap a of the answer is declared as v1, but is v1 Secret',
    ],
    [
      'without a name',
      { ConfigMap: [{ metadata: { namespace: 'home' } }] },
      'a ConfigMap of the answer has no metadata.name',
    ],
    ['without metadata', { ConfigMap: [{}] }, 'a ConfigMap of the answer has no metadata.name'],
    [
      'in another namespace than the parent',
      { ConfigMap: [named('a', 'elsewhere')] },
      'ConfigMap elsewhere/a of the answer is not in the namespace of its parent, home',
    ],
    [
      'with an object twice, once with the namespace',
      { ConfigMap: [named('a'), named('a', 'home')] },
      'ConfigMap home/a is twice in the answer',
    ],
  ] as const) {
    const { call, lines } = await app(t, {
      sync: () => ({ status: { copies: 0 }, children: children as object }),
    })
    const { code, answer } = await call('/sync', { parent: note })
    t.equal(code, 500, fault)
    t.same(answer, { error: `bug in the hook: ${error}` }, fault)
    t.equal(lines.length, 1, fault)
    t.ok(lines[0]?.includes(error), `${fault}: the log names it`)
  }
})

t.test('refuses a child without a namespace where the parent has none', async (t) => {
  const { call } = await hookApp(t, clusterNotes, {
    sync: ({ parent }) => ({
      status: { copies: 0 },
      children: {
        Namespace: [{ metadata: { name: 'n' } }],
        ConfigMap: [{ metadata: { name: 'a', namespace: parent.spec.text } }],
      },
    }),
  })
  const parent = (text: string) => ({ metadata: { name: 'n' }, spec: { text } })
  t.equal((await call('/sync', { parent: parent('home') })).code, 200)
  t.same((await call('/sync', { parent: parent('') })).answer, {
    error: 'bug in the hook: ConfigMap a of the answer has no namespace, nor has its parent',
  })
})

t.test('checks the children of a finalize answer too', async (t) => {
  const { call } = await app(t, {
    finalize: ({ finalizing, children }) => ({
      status: { copies: 0 },
      finalized: finalizing && children.ConfigMap.size === 0,
      children: { ConfigMap: [...children.ConfigMap, ...children.ConfigMap] },
    }),
  })
  const done = await call('/finalize', { parent: note, finalizing: true })
  t.same(done.answer, { status: { copies: 0 }, children: [], finalized: true })
  const sent = { 'ConfigMap.v1': { 'home/a': configMap('a') } }
  t.equal((await call('/finalize', { parent: note, children: sent, finalizing: true })).code, 500)
})

t.test('refuses children that are no objects with a name', async (t) => {
  const { call } = await app(t, {})
  for (const [children, error] of [
    [[], 'children must be object'],
    [{ 'ConfigMap.v1': [] }, 'children["ConfigMap.v1"] must be object'],
    [
      { 'ConfigMap.v1': { 'home/a': { metadata: {} } } },
      'children["ConfigMap.v1"]["home/a"].metadata.name is missing',
    ],
  ] as const)
    t.same(await call('/sync', { parent: note, children }), { code: 400, answer: { error } })
})

t.test('the types of hooks are those of the declaration', async (t) => {
  const sync = () => ({ status: { copies: 0 } })
  const status = { copies: 0 }
  // @ts-expect-error: a finalize hook alone, where Metacontroller has nothing to call for a sync
  const alone: Hooks = { finalize: () => ({ status, finalized: true }) }
  // @ts-expect-error: a declared finalize hook is missing
  const missing: Hooks = { sync }
  // @ts-expect-error: an undeclared finalize hook
  const extra: CompositeHooks<typeof clusterNotes> = { sync, finalize: () => ({}) }
  // @ts-expect-error: an undeclared kind of child
  const undeclared: Hooks['sync'] = () => ({ status, children: { Pod: [] } })
  const map = { metadata: { name: 'a' }, data: 1 }
  // @ts-expect-error: another type than that of the child's schema
  const other: Hooks['sync'] = () => ({ status, children: { ConfigMap: [map] } })
  // @ts-expect-error: a status of another type
  const wrong: Hooks['sync'] = () => ({ status: { copies: 'two' } })
  t.ok([alone, missing, extra, undeclared, other, wrong].every(Boolean))
})
