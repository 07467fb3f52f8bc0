import { controllerOf, crdOf } from 'fastify-metacontroller'
import { secretCopies } from './operator.ts'

// `IMAGE=registry.example.com/secret-copies:1 node manifests.ts | kubectl apply --server-side -f -`
const { name } = secretCopies
const { IMAGE: image = name, HOOK_URL: url = `http://${name}.${name}.svc:8080` } = process.env
const metadata = { name, namespace: name }
const labels = { app: name }
const container = {
  name,
  image,
  env: [{ name: 'HOST', value: '::' }],
  readinessProbe: { tcpSocket: { port: 8080 } },
  resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  },
}
const pod = {
  // Metacontroller reads and writes; the operator needs no rights.
  automountServiceAccountToken: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [container],
}
const template = { metadata: { labels }, spec: pod }
const spec = { replicas: 2, selector: { matchLabels: labels }, template }
const items = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ port: 8080 }] },
  },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
  crdOf(secretCopies),
  controllerOf(secretCopies, { url }),
]
process.stdout.write(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
