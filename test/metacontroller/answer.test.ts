import t from 'tap'
import Type from 'typebox'
import {
  defineComposite,
  defineDecorator,
  type HooksOf,
} from '../../server/metacontroller/index.ts'
import { hookApp } from '../lib/hook-app.ts'

const ConfigMap = { apiVersion: 'v1', resource: 'configmaps' } as const
const Node = { apiVersion: 'v1', resource: 'nodes', scope: 'Cluster' } as const
const racks = defineComposite({
  name: 'racks',
  parent: {
    apiVersion: 'example.com/v1',
    kind: 'Rack',
    resource: 'racks',
    scope: 'Cluster',
    schema: Type.Object({}),
    status: Type.Object({
      full: Type.Boolean(),
      nodes: Type.Optional(Type.Integer()),
      format: Type.Optional(Type.String({ format: 'date', maxLength: 3 })),
    }),
  },
  children: { ConfigMap, Node },
  related: { ConfigMap, Node },
  finalize: true,
})
const pods = defineDecorator({
  name: 'pods',
  resources: { Pod: { apiVersion: 'v1', resource: 'pods' } },
})

const status = { full: true }
const inAnswer = (fault: string) => `of the answer, ${fault}`
const node = { metadata: { name: 'n', namespace: 'home' } }

t.test('an answer that does not fit is named and never sent', async (t) => {
  for (const [path, answer, error] of [
    ['/sync', undefined, 'there is no answer'],
    ['/sync', {}, inAnswer('status is missing')],
    ['/sync', { status: {} }, inAnswer('status.full is missing')],
    ['/sync', { status: { full: 'yes' } }, inAnswer('status.full must be boolean')],
    ['/sync', { status: { full: true, nodes: 1.5 } }, inAnswer('status.nodes must be integer')],
    ['/sync', { status: { full: true, format: 1 } }, inAnswer('status.format must be string')],
    ['/sync', { status, resyncAfterSeconds: NaN }, inAnswer('resyncAfterSeconds must be number')],
    ['/sync', { status, resyncAfterSeconds: -1 }, inAnswer('resyncAfterSeconds must be >= 0')],
    ['/sync', { status, children: [] }, 'the children of the answer are not by kind'],
    ['/sync', { status, children: { Node: node } }, 'Node of the answer is not a list'],
    [
      '/sync',
      { status, children: { Node: [node] } },
      'Node home/n of the answer has a namespace, but its kind has none',
    ],
    ['/finalize', { status }, inAnswer('finalized is missing')],
    // The serializer would make it true.
    ['/finalize', { status, finalized: 'no' }, inAnswer('finalized must be boolean')],
    [
      '/customize',
      { ConfigMap: { names: 'a' } },
      inAnswer('relatedResources[0].names must be array'),
    ],
    [
      '/customize',
      { ConfigMap: { labels: {} } },
      inAnswer('relatedResources[0] must NOT have additional properties'),
    ],
    [
      '/customize',
      { Node: { namespace: 'home' } },
      'related Node of the answer: a cluster-scoped kind has no namespaces to select',
    ],
  ] as const) {
    const hook = () => answer
    const hooks = { sync: hook, finalize: hook, customize: hook } as unknown
    const { call, lines } = await hookApp(t, racks, hooks as HooksOf<typeof racks>)
    const what = `${path} ${JSON.stringify(answer)}`
    const parent = { metadata: { name: 'r' } }
    t.same(
      await call(path, { parent }),
      {
        code: 500,
        answer: { error: `bug in the hook: ${error}` },
      },
      what,
    )
    t.ok(lines[0]?.includes(error), `${what}: the log names it`)
  }
  const hooks = { sync: () => ({ labels: { replicas: 3 } }) } as unknown
  const { call } = await hookApp(t, pods, hooks as HooksOf<typeof pods>)
  t.same(await call('/sync', { object: { kind: 'Pod', metadata: { name: 'p' } } }), {
    code: 500,
    answer: { error: `bug in the hook: ${inAnswer('labels.replicas must be string')}` },
  })
})

t.test('the rules for strings are left to the API server', async (t) => {
  const hook = () => ({ status: { full: true, format: 'no date' }, finalized: true })
  const { call } = await hookApp(t, racks, { sync: hook, finalize: hook, customize: () => ({}) })
  t.match(await call('/sync', { parent: { metadata: { name: 'r' } } }), {
    code: 200,
    answer: { status: { format: 'no date' } },
  })
})

t.test(
  'an empty list of names selects no object, where Metacontroller would take all',
  async (t) => {
    const { call } = await hookApp(t, racks, {
      sync: () => ({ status }),
      finalize: () => ({ status, finalized: true }),
      customize: () => ({ ConfigMap: [{ names: [], namespace: 'home' }, { names: ['a'] }] }),
    })
    t.same((await call('/customize', { parent: {} })).answer, {
      relatedResources: [{ ...ConfigMap, names: ['a'] }],
    })
  },
)
