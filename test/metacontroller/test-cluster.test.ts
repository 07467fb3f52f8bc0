import t from 'tap'
import Type from 'typebox'
import {
  type Controller,
  defineComposite,
  defineDecorator,
  type KubeObject,
} from '../../server/metacontroller/index.ts'
import {
  type CallHook,
  type CallResult,
  createTestCluster,
  type HookName,
} from '../../server/metacontroller/testing/index.ts'
import { hookApp } from '../lib/hook-app.ts'

const apiVersion = 'example.com/v1'
const notes = defineComposite({
  name: 'notes',
  parent: {
    apiVersion,
    kind: 'Note',
    resource: 'notes',
    schema: Type.Object({ spec: Type.Object({ text: Type.String() }) }),
    status: Type.Object({ length: Type.Number() }),
  },
  children: { ConfigMap: { apiVersion: 'v1', resource: 'configmaps', updateStrategy: 'InPlace' } },
  resyncPeriodSeconds: 60,
  finalize: true,
})
const note = (text: string): KubeObject => ({
  apiVersion,
  kind: 'Note',
  metadata: { name: 'n', namespace: 'home' },
  spec: { text },
})

const { finalize: _, ...withoutFinalize } = notes
/** Without a finalizer, whose write is a change that is synced at once. */
const plainNotes = defineComposite(withoutFinalize)

/** A cluster with hooks that are a function. */
function harness(
  answer: (hook: HookName, body: { parent: KubeObject }, count: number) => CallResult,
  controller: Controller = plainNotes,
) {
  const cluster = createTestCluster()
  let count = 0
  const call: CallHook = async (hook, body) => {
    count += 1
    return answer(hook, body as { parent: KubeObject }, count)
  }
  const metacontroller = cluster.serve(controller, call)
  return { cluster, metacontroller }
}
const answered = (parts: object): CallResult => ({ kind: 'answered', answer: { ...parts } })
const status = { length: 1 }

t.test('an operator is tested in a few lines', async (t) => {
  const { app } = await hookApp(t, notes, {
    sync: ({ parent: { spec } }) => ({
      status: { length: spec.text.length },
      children: { ConfigMap: [{ metadata: { name: 'copy' }, data: { text: spec.text } }] },
    }),
    finalize: () => ({ status: { length: 0 }, finalized: true }),
  })
  const cluster = createTestCluster()
  cluster.serve(notes, app)

  const { status } = await cluster.apply(note('hello'))
  t.same(status, { length: 5, observedGeneration: 1 })
  t.match(cluster.get('ConfigMap', 'copy', 'home'), { data: { text: 'hello' } })

  await cluster.apply(note('bye'))
  t.match(cluster.get('Note', 'n', 'home'), { status: { length: 3, observedGeneration: 2 } })
  t.match(cluster.get('ConfigMap', 'copy', 'home'), { data: { text: 'bye' } })

  await cluster.delete('Note', 'n', 'home')
  t.equal(cluster.get('Note', 'n', 'home'), undefined)
  t.same(cluster.list('ConfigMap'), [], 'the garbage collector takes the children')
  t.same(cluster.errors, [])
})

t.test('time stands still until it is told to pass', async (t) => {
  const { cluster } = harness((_, __, count) =>
    // The second call is about the written status.
    answered(count <= 2 ? { status, resyncAfterSeconds: 20 } : { status }),
  )
  await cluster.apply(note('a'))
  const before = cluster.calls.length
  await cluster.pass(19)
  t.equal(cluster.calls.length, before)
  await cluster.pass(1)
  t.equal(cluster.calls.length, before + 1, 'after resyncAfterSeconds')
  await cluster.pass(39)
  t.equal(cluster.calls.length, before + 1)
  await cluster.pass(1)
  t.equal(cluster.calls.length, before + 2, 'after resyncPeriodSeconds')
})

t.test('a failed sync is an error, and is retried with a back-off', async (t) => {
  const { cluster } = harness((_, __, count) =>
    count < 4 ? { kind: 'failed', why: '500 a bug' } : answered({ status }),
  )
  await cluster.apply(note('a'))
  t.same(cluster.errors, [{ object: 'Note home/n', error: '500 a bug' }])
  t.equal(cluster.get('Note', 'n', 'home')?.status, undefined)
  await cluster.pass(0.015)
  t.equal(cluster.errors.length, 3, 'after 5 and 10 ms')
  await cluster.pass(0.02)
  t.equal(cluster.errors.length, 3)
  t.same(cluster.get('Note', 'n', 'home')?.status, { ...status, observedGeneration: 1 })
})

t.test('a 429 is no error, and is repeated after its Retry-After', async (t) => {
  const { cluster } = harness((_, __, count) =>
    count === 1 ? { kind: 'busy', afterMs: 2_000 } : answered({ status }),
  )
  await cluster.apply(note('a'))
  await cluster.pass(1.9)
  t.equal(cluster.get('Note', 'n', 'home')?.status, undefined)
  await cluster.pass(0.1)
  t.match(cluster.get('Note', 'n', 'home')?.status, status)
  t.same(cluster.errors, [])
})

t.test('an object stays in deletion until finalized is true', async (t) => {
  let isAllowed = false
  const { cluster } = harness(
    (hook) => answered(hook === 'finalize' ? { status, finalized: isAllowed } : { status }),
    notes,
  )
  const { metadata } = await cluster.apply(note('a'))
  t.same(metadata.finalizers, ['metacontroller.io/compositecontroller-notes'])
  await cluster.delete('Note', 'n', 'home')
  t.ok(cluster.get('Note', 'n', 'home')?.metadata.deletionTimestamp)
  isAllowed = true
  await cluster.pass(60)
  t.equal(cluster.get('Note', 'n', 'home'), undefined)
})

t.test('a hook that never comes to rest is named with what differs', async (t) => {
  const { cluster } = harness((_, __, count) => answered({ status: { length: count } }))
  await t.rejects(cluster.apply(note('a')), {
    message:
      'notes: Note home/n is synced without end; its last two answers differ in answer.status.length',
  })
})

t.test('children that are sent back with fields of the server never come to rest', async (t) => {
  const raw = createTestCluster()
  raw.serve(notes, async (_, body) => {
    const { children } = body as { children: Record<string, Record<string, object>> }
    const observed = Object.values(children['ConfigMap.v1'] ?? {})
    const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'copy' } }
    return answered({ status, children: observed.length > 0 ? observed : [made] })
  })
  await t.rejects(raw.apply(note('a')), { message: /synced without end/ }, 'without the plugin')

  const { app } = await hookApp(t, notes, {
    sync: ({ children }) => ({
      status,
      children: {
        ConfigMap:
          children.ConfigMap.size > 0 ? [...children.ConfigMap] : [{ metadata: { name: 'copy' } }],
      },
    }),
    finalize: () => ({ status, finalized: true }),
  })
  const cluster = createTestCluster()
  cluster.serve(notes, app)
  await cluster.apply(note('a'))
  t.ok(cluster.get('ConfigMap', 'copy', 'home'), 'with the plugin they do')
})

t.test('a call can have an older object, as from a stale cache', async (t) => {
  const { cluster, metacontroller } = harness((_, { parent }) =>
    answered({ status: { length: (parent.spec as { text: string }).text.length } }),
  )
  const old = await cluster.apply(note('a'))
  await cluster.apply(note('longer'))
  const count = cluster.calls.length
  metacontroller.showOlder(old)
  await cluster.settle()
  const [stale] = cluster.calls.slice(count)
  t.match(stale?.body, { parent: { metadata: { generation: 1 }, spec: { text: 'a' } } })
  t.match(cluster.get('Note', 'n', 'home')?.status, { length: 6 }, 'the next call corrects it')
})

t.test('a killed Metacontroller writes nothing, and another one continues', async (t) => {
  const { cluster, metacontroller } = harness(() => answered({ status }))
  cluster.api.create(note('a'))
  metacontroller.kill()
  await cluster.settle()
  t.equal(cluster.get('Note', 'n', 'home')?.status, undefined)
  cluster.serve(plainNotes, async () => answered({ status }))
  await cluster.settle()
  t.match(cluster.get('Note', 'n', 'home')?.status, status)
})

t.test('says what it does not simulate', async (t) => {
  const Pod = { apiVersion: 'v1', resource: 'pods', updateStrategy: 'RollingRecreate' } as const
  const rolling = defineComposite({ ...notes, children: { Pod } })
  t.throws(() => createTestCluster().serve(rolling, async () => answered({})), {
    message: 'notes: children.Pod: rolling updates are not simulated',
  })
})

t.test('an answer is read as strictly as Metacontroller reads it', async (t) => {
  const { app } = await hookApp(
    t,
    defineDecorator({ name: 'pods', resources: { Pod: { apiVersion: 'v1', resource: 'pods' } } }),
    { sync: () => ({}) },
  )
  const cluster = createTestCluster()
  cluster.serve(notes, app)
  await cluster.apply(note('a'))
  t.match(cluster.errors, [{ error: '400 object is missing' }])
})
