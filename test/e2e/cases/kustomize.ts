import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Test } from 'tap'
import { stringify } from 'yaml'
import { parseObjects } from '../../../hack/cluster/render.ts'
import { manifestFiles } from '../../../hack/lib/manifests.ts'
import type { Environment } from '../lib/environment.ts'
import { fileOf } from '../lib/kubectl.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const metacontroller = process.env.METACONTROLLER_MANIFESTS
  const all = manifestFiles()
    .filter((file) => file.endsWith('/kustomization.yaml'))
    .map((file) => `manifests/${dirname(file)}`)
  const components = all.filter((folder) => folder.startsWith('manifests/components/'))
  /** Those that change Metacontroller's own manifests instead of ours. */
  const foreign = ['least-privilege', 'metacontroller-production']

  /** A kustomization around a component, as a person would write it. */
  function around(component: string): string {
    const name = component.split('/').at(-1) ?? ''
    const base = foreign.includes(name) ? String(metacontroller) : 'manifests/overlays/default'
    const folder = join(env.dir, name)
    mkdirSync(folder)
    const from = (path: string) => relative(folder, resolve(path))
    const content = { resources: [from(base)], components: [from(component)] }
    writeFileSync(join(folder, 'kustomization.yaml'), stringify(content))
    return folder
  }

  /** Has the API server judge what comes out of a folder, and answers its warnings. */
  async function dryRun(folder: string): Promise<string> {
    const objects = parseObjects(await env.kubectl('kustomize', folder))
    // Its kinds are not there, and what it makes of them is its own.
    const known = objects.filter(({ apiVersion }) => !apiVersion.startsWith('cert-manager.io/'))
    const how = ['--server-side', '--force-conflicts', '--dry-run=server']
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
        t.equal(await dryRun(folder), '')
      },
    )

  for (const component of components)
    t.test(
      `the API server would take what uses ${component}`,
      env.needs('manifests', 'host'),
      async (t) => {
        t.equal(await dryRun(around(component)), '')
      },
    )
}
