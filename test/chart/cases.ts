import type { KubeObject } from '../../hack/kube/objects.ts'
import { type Kustomization, manifests } from '../../hack/kube/render.ts'

/** Values of the chart, and the kustomization that gives the same objects. */
export interface Case {
  name: string
  values: Record<string, unknown>
  kustomization: Kustomization
  /** Options of `helm template`. */
  options?: string[]
  /** What the kustomization's objects have to become, where no component does it. */
  change?: (objects: KubeObject[]) => KubeObject[]
}

const image = { name: 'coinflip-operator', newName: 'ghcr.io/OWNER/coinflip-operator' }
const images = [{ ...image, newTag: '0.1.0' }]
const plain = { tls: { mode: 'off' } }
/** PEM of the CA in values. */
const ca = '-----BEGIN CERTIFICATE-----\nof a test\n-----END CERTIFICATE-----\n'
const secured = { tls: { mode: 'existing', ca } }

const resourcesOf = (...names: string[]) => names.map((name) => `${manifests}/${name}`)
const withComponents = (...names: string[]): Kustomization => ({
  resources: resourcesOf('overlays/default'),
  components: names.map((name) => `${manifests}/components/${name}`),
  images,
})
const settings = (...literals: string[]) => ({
  configMapGenerator: [
    { name: 'coinflip-operator', namespace: 'coinflip-system', behavior: 'merge', literals },
  ],
})

const withoutAlerts = (objects: KubeObject[]) =>
  objects.filter(
    ({ kind, metadata }) => kind !== 'PrometheusRule' && metadata.name !== 'coinflip-dashboard',
  )

export const cases: Case[] = [
  {
    name: 'without values: a pod makes the certificate',
    values: {},
    kustomization: withComponents('certificate'),
  },
  { name: 'plain HTTP', values: plain, kustomization: withComponents() },
  {
    name: 'a certificate of Helm',
    values: { tls: { mode: 'helm' } },
    kustomization: withComponents('tls'),
  },
  {
    name: 'an existing certificate',
    values: secured,
    kustomization: withComponents('tls'),
  },
  {
    name: 'a certificate of cert-manager',
    values: { tls: { mode: 'cert-manager' } },
    kustomization: withComponents('certificate', 'cert-manager'),
  },
  {
    name: 'bearer tokens',
    values: { ...secured, access: { tokenKey: 'token-1' } },
    kustomization: withComponents('tls', 'auth-bearer'),
  },
  {
    name: 'client certificates',
    values: { ...secured, access: { clientSecret: 'coinflip-hook-client-1' } },
    kustomization: withComponents('tls', 'auth-mtls'),
  },
  {
    name: 'permission for Secrets',
    values: { ...plain, access: { grantSecrets: true } },
    kustomization: withComponents('auth-rights'),
  },
  {
    name: 'monitoring',
    values: { ...plain, monitoring: { monitors: true, alerts: true, dashboard: true } },
    kustomization: withComponents('monitoring'),
  },
  {
    name: 'metrics for one namespace',
    values: { ...plain, monitoring: { namespace: 'monitoring' } },
    kustomization: withComponents('restrict-metrics'),
  },
  {
    name: 'labels that Prometheus selects by',
    values: { ...plain, monitoring: { monitors: true, alerts: true, labels: { release: 'p' } } },
    kustomization: {
      ...withComponents('monitoring'),
      patches: ['ServiceMonitor', 'PodMonitor', 'PrometheusRule'].map((kind) => ({
        target: { kind },
        patch: '[{ "op": "add", "path": "/metadata/labels/release", "value": "p" }]',
      })),
    },
    change: (objects) => objects.filter(({ metadata }) => metadata.name !== 'coinflip-dashboard'),
  },
  {
    name: 'a NATS server on another port, with credentials and settings',
    values: {
      ...plain,
      nats: { url: 'tls://nats.example.com:4443', credentialsSecret: 'coinflip-nats-credentials' },
      settings: { LOG_LEVEL: 'debug', CLUSTER_NAME: 'east' },
    },
    kustomization: {
      ...withComponents('without-nats', 'nats-credentials'),
      ...settings('LOG_LEVEL=debug', 'CLUSTER_NAME=east', 'NATS_URL=tls://nats.example.com:4443'),
      patches: [
        {
          target: { kind: 'NetworkPolicy', name: 'coinflip-operator' },
          patch:
            '[{ "op": "add", "path": "/spec/egress/-", "value": { "ports": [{ "port": 4443, "protocol": "TCP" }] } }]',
        },
      ],
    },
  },
  {
    name: 'an image by digest, more replicas, other resources, a login of the registry',
    values: {
      ...plain,
      image: {
        repository: 'registry.example.com/coinflip',
        digest: `sha256:${'0'.repeat(64)}`,
        pullSecrets: [{ name: 'registry' }],
      },
      replicas: 3,
      resources: { limits: { memory: '1Gi' } },
    },
    kustomization: {
      ...withComponents(),
      images: [
        {
          name: image.name,
          newName: 'registry.example.com/coinflip',
          digest: `sha256:${'0'.repeat(64)}`,
        },
      ],
      patches: [
        {
          target: { kind: 'Deployment', name: 'coinflip-operator' },
          patch: JSON.stringify([
            { op: 'replace', path: '/spec/replicas', value: 3 },
            {
              op: 'replace',
              path: '/spec/template/spec/containers/0/resources/limits/memory',
              value: '1Gi',
            },
            {
              op: 'add',
              path: '/spec/template/spec/imagePullSecrets',
              value: [{ name: 'registry' }],
            },
          ]),
        },
      ],
    },
  },
  {
    name: 'NATS without a volume',
    values: { ...plain, nats: { volume: false } },
    kustomization: { ...withComponents(), resources: resourcesOf('overlays/kind') },
  },
  {
    name: 'other user ids',
    values: { userId: 1000 },
    kustomization: withComponents('certificate'),
    change: (objects) => JSON.parse(JSON.stringify(objects).replaceAll(':65532', ':1000')),
  },
  {
    name: 'many CoinFlips',
    values: { ...plain, resyncPeriodSeconds: 600 },
    kustomization: {
      ...withComponents(),
      patches: [
        {
          target: { kind: 'CompositeController' },
          patch: '[{ "op": "replace", "path": "/spec/resyncPeriodSeconds", "value": 600 }]',
        },
      ],
    },
  },
  {
    name: 'Kubernetes 1.35',
    values: plain,
    options: ['--kube-version=1.35.0'],
    kustomization: withComponents('kubernetes-1.35'),
  },
  {
    name: 'Kubernetes 1.34',
    values: plain,
    options: ['--kube-version=1.34.0'],
    kustomization: withComponents('kubernetes-1.34'),
  },
  {
    name: 'user ids that the cluster assigns',
    values: { userId: null },
    kustomization: withComponents('certificate', 'openshift'),
  },
  {
    name: 'another namespace and another Metacontroller',
    values: {
      ...secured,
      metacontroller: { namespace: 'controllers' },
      access: { tokenKey: 'token-1', grantSecrets: true },
      monitoring: { monitors: true },
    },
    options: ['--namespace=games'],
    kustomization: withComponents('tls', 'auth-bearer', 'auth-rights', 'monitoring'),
    change: (objects) => {
      const kept = withoutAlerts(objects)
      const text = JSON.stringify(kept).replaceAll('coinflip-system', 'games')
      const names =
        /("kubernetes\.io\/metadata\.name":|"matchNames":\[|"namespace":)"metacontroller"/g
      return JSON.parse(text.replace(names, '$1"controllers"'))
    },
  },
]
