import { dirname } from 'node:path'
import type { Test } from 'tap'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/kube/render.ts'
import { manifestFiles } from '../../../hack/lib/manifests.ts'
import { compose } from '../../lib/cluster/composed.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { fileOf } from '../../lib/cluster/kubectl.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const metacontroller = process.env.METACONTROLLER_MANIFESTS
  const all = manifestFiles()
    .filter((file) => file.endsWith('/kustomization.yaml'))
    .map((file) => `manifests/${dirname(file)}`)
  const components = all.filter((folder) => folder.startsWith('manifests/components/'))
  /** Those that change Metacontroller's own manifests instead of ours. */
  const ofMetacontroller = ['least-privilege', 'metacontroller-production']

  /** Those that stand on another. */
  const beneath: Record<string, string[]> = { 'auth-bearer': ['tls'], 'auth-mtls': ['tls'] }

  /** What uses a component, as a person would write it. */
  function around(component: string): Promise<KubeObject[]> {
    const name = component.split('/').at(-1) ?? ''
    const base = ofMetacontroller.includes(name)
      ? String(metacontroller)
      : 'manifests/overlays/default'
    const before = beneath[name]?.map((other) => `manifests/components/${other}`) ?? []
    return compose(env, base, [...before, component])
  }

  /** Has the API server judge objects, and answers its warnings. */
  async function dryRun(objects: readonly KubeObject[]): Promise<string> {
    // Their kinds are not there, and what is made of them is not our doing.
    const foreign = /^(cert-manager\.io|monitoring\.coreos\.com)\//
    const known = objects.filter(({ apiVersion }) => !foreign.test(apiVersion))
    // Under its own name kubectl would first take over, with a warning, what a case applied client-side.
    const how = ['--server-side', '--force-conflicts', '--dry-run=server', '--field-manager=e2e']
    const { stderr, failure } = await env.kubectl.try('apply', ...how, '-f', fileOf(env.dir, known))
    return failure ? `refused: ${stderr}` : stderr
  }

  // A dry run makes no namespace that the next object could be in.
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
      `the API server would take ${folder}, without a warning`,
      env.needs('manifests', 'host'),
      async (t) => {
        t.equal(await dryRun(parseObjects(await env.kubectl('kustomize', folder))), '')
      },
    )

  for (const component of components)
    t.test(
      `the API server would take what uses ${component}`,
      env.needs('manifests', 'host'),
      async (t) => {
        t.equal(await dryRun(await around(component)), '')
      },
    )
}
