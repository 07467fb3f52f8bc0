import { dirname } from 'node:path'
import t from 'tap'
import type { KubeObject } from '../../hack/kube/objects.ts'
import { manifestFiles } from '../../hack/lib/manifests.ts'
import { compose } from '../lib/cluster/composed.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { env } from './environment.ts'

const metacontroller = process.env.METACONTROLLER_MANIFESTS
const all = manifestFiles()
  .filter((file) => file.endsWith('/kustomization.yaml'))
  .map((file) => `manifests/${dirname(file)}`)
const components = all.filter((folder) => folder.startsWith('manifests/components/'))
/** Components of Metacontroller's own manifests. */
const ofMetacontroller = ['least-privilege', 'metacontroller-production']

/** The components that others require. */
const required: Record<string, string[]> = {
  'auth-bearer': ['tls'],
  'auth-mtls': ['tls'],
  'cert-manager': ['certificate'],
}

/** The objects of an overlay with a component. */
function overlayWith(component: string): Promise<KubeObject[]> {
  const name = component.split('/').at(-1) ?? ''
  const base = ofMetacontroller.includes(name)
    ? String(metacontroller)
    : 'manifests/overlays/default'
  const before = required[name]?.map((other) => `manifests/components/${other}`) ?? []
  return compose(env, base, [...before, component])
}

/** Applies objects as a dry run; resolves to the warnings. */
async function dryRun(objects: readonly KubeObject[]): Promise<string> {
  // The API server does not know these kinds.
  const foreign = /^(cert-manager\.io|monitoring\.coreos\.com|jetstream\.nats\.io)\//
  const known = objects.filter(({ apiVersion }) => !foreign.test(apiVersion))
  // With its usual field manager kubectl warns about objects that a case applied client-side.
  const how = ['--server-side', '--force-conflicts', '--dry-run=server', '--field-manager=e2e']
  const { stderr, failure } = await env.kubectl.try('apply', ...how, '-f', fileOf(env.dir, known))
  return failure ? `refused: ${stderr}` : stderr
}

// A dry run creates no namespace for the next objects.
for (const namespace of ['coinflip-system', 'metacontroller'])
  await env.api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
await env.kubectl(
  'apply',
  '--server-side',
  '--force-conflicts',
  '-f',
  'manifests/base/namespace.yaml',
)

for (const folder of all.filter((each) => !components.includes(each)))
  t.test(
    `the API server accepts ${folder} without a warning`,
    env.needs('manifests', 'host'),
    async (t) => {
      t.equal(await dryRun(await compose(env, folder)), '')
    },
  )

for (const component of components)
  t.test(
    `the API server accepts an overlay with ${component}`,
    env.needs('manifests', 'host'),
    async (t) => {
      t.equal(await dryRun(await overlayWith(component)), '')
    },
  )
