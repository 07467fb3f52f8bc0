import t from 'tap'
import Type from 'typebox'
import {
  controllerOf,
  defineComposite,
  defineDecorator,
} from '../../server/metacontroller/index.ts'

const schema = Type.Object({ spec: Type.Object({}) })
const status = Type.Object({})
const matchLabels = { team: 'a' }
const hook = (path: string) => ({
  version: 'v2',
  webhook: { url: `http://svc.ns.svc:8080/sets/${path}`, timeout: '10s' },
})

t.test('the hooks have the version of an older Metacontroller where it is asked for', async (t) => {
  const pods = defineDecorator({
    name: 'pods',
    resources: { Pod: { apiVersion: 'v1', resource: 'pods' } },
  })
  const { spec } = controllerOf(pods, { url: 'http://svc.ns.svc:8080/sets', version: 'v1' })
  t.same(spec.hooks, { sync: { ...hook('sync'), version: 'v1' } })
})

t.test('builds a CompositeController with everything that is declared', async (t) => {
  const sets = defineComposite({
    name: 'sets',
    parent: {
      apiVersion: 'example.com/v1',
      kind: 'Set',
      resource: 'sets',
      schema,
      status,
      labelSelector: { matchLabels },
      ignoreStatusChanges: true,
      revisionHistory: ['spec.template'],
    },
    children: {
      Pod: {
        apiVersion: 'v1',
        resource: 'pods',
        updateStrategy: 'RollingRecreate',
        statusChecks: [{ type: 'Ready', status: 'True' }],
      },
      Deployment: { apiVersion: 'apps/v1', resource: 'deployments', updateStrategy: 'InPlace' },
      ConfigMap: { apiVersion: 'v1', resource: 'configmaps' },
    },
    related: { Secret: { apiVersion: 'v1', resource: 'secrets' } },
    generateSelector: false,
    finalize: true,
    resyncPeriodSeconds: 30,
  })
  t.same(controllerOf(sets, { url: 'http://svc.ns.svc:8080/sets/' }), {
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: 'CompositeController',
    metadata: { name: 'sets' },
    spec: {
      parentResource: {
        apiVersion: 'example.com/v1',
        resource: 'sets',
        labelSelector: { matchLabels },
        ignoreStatusChanges: true,
        revisionHistory: { fieldPaths: ['spec.template'] },
      },
      childResources: [
        {
          apiVersion: 'v1',
          resource: 'pods',
          updateStrategy: {
            method: 'RollingRecreate',
            statusChecks: { conditions: [{ type: 'Ready', status: 'True' }] },
          },
        },
        { apiVersion: 'apps/v1', resource: 'deployments', updateStrategy: { method: 'InPlace' } },
        { apiVersion: 'v1', resource: 'configmaps' },
      ],
      generateSelector: false,
      resyncPeriodSeconds: 30,
      hooks: { sync: hook('sync'), finalize: hook('finalize'), customize: hook('customize') },
    },
  })
})

t.test('builds a DecoratorController', async (t) => {
  const matchAnnotations = { expose: 'yes' }
  const services = defineDecorator({
    name: 'services',
    resources: {
      Deployment: {
        apiVersion: 'apps/v1',
        resource: 'deployments',
        labelSelector: { matchLabels },
        annotationSelector: { matchAnnotations },
        ignoreStatusChanges: true,
      },
      Job: { apiVersion: 'batch/v1', resource: 'jobs' },
    },
    attachments: {
      Service: { apiVersion: 'v1', resource: 'services', updateStrategy: 'Recreate' },
    },
  })
  const caBundle = { inline: 'PEM' }
  const address = { url: 'https://svc.ns.svc', timeout: '3s', webhook: { caBundle } }
  t.same(controllerOf(services, address), {
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: 'DecoratorController',
    metadata: { name: 'services' },
    spec: {
      resources: [
        {
          apiVersion: 'apps/v1',
          resource: 'deployments',
          labelSelector: { matchLabels },
          annotationSelector: { matchAnnotations },
          ignoreStatusChanges: true,
        },
        { apiVersion: 'batch/v1', resource: 'jobs' },
      ],
      attachments: [
        { apiVersion: 'v1', resource: 'services', updateStrategy: { method: 'Recreate' } },
      ],
      hooks: {
        sync: {
          version: 'v2',
          webhook: { url: 'https://svc.ns.svc/sync', timeout: '3s', caBundle },
        },
      },
    },
  })
})

t.test('refuses declarations that Metacontroller or the API server would refuse', async (t) => {
  const parent = { apiVersion: 'example.com/v1', kind: 'Set', resource: 'sets', schema, status }
  const secret = { apiVersion: 'v1', resource: 'secrets' }
  const composite = (parts: object) => () => defineComposite({ name: 'sets', parent, ...parts })
  for (const [fault, define, message] of [
    ['a name', composite({ name: 'My Sets' }), /"My Sets" is no name of Kubernetes/],
    [
      'an apiVersion',
      composite({ children: { Secret: { ...secret, apiVersion: 'core' } } }),
      /^sets: children\.Secret\.apiVersion is "core"/,
    ],
    [
      'a kind as a resource',
      composite({ related: { Secret: { ...secret, resource: 'Secret' } } }),
      /^sets: related\.Secret\.resource is "Secret", not a plural in lower case/,
    ],
    [
      'a kind twice',
      composite({ children: { Secret: secret, Token: { ...secret, kind: 'Secret' } } }),
      /^sets: children\.Token is the same kind as children\.Secret/,
    ],
    [
      'a cluster-scoped child of a namespaced parent',
      composite({
        children: { Namespace: { apiVersion: 'v1', resource: 'namespaces', scope: 'Cluster' } },
      }),
      /^sets: children\.Namespace has no namespace, but its owner, the parent, has one/,
    ],
  ] as const)
    t.throws(define, { message }, fault)
})
