import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../kube/context.ts'
import { ask } from '../kube/kubectl.ts'
import { type KubeObject, runFolder } from '../kube/objects.ts'
import { componentsFor } from '../kube/releases.ts'
import { componentFolder, manifests, render } from '../kube/render.ts'
import { onExitRemove } from '../lib/exit.ts'
import { annotateRunner, composites } from '../metacontroller/composite.ts'
import { isCrd, withoutExisting } from '../metacontroller/install.ts'
import { metacontrollerManifests } from '../metacontroller/manifests.ts'
import { installedByLabel } from '../metacontroller/metacontroller.ts'

/** What `run` applies: the admission policies, and a CompositeController that calls `url`. */
export async function hostObjects({ version }: Cluster, url: string): Promise<KubeObject[]> {
  const hooks = ['sync', 'finalize'].map((hook) => ({
    op: 'replace',
    path: `/spec/hooks/${hook}/webhook/url`,
    value: `${url}/${hook}`,
  }))
  const objects = await render('host', {
    resources: [`${manifests}/overlays/host`],
    components: componentsFor(version).map(componentFolder),
    patches: [{ target: { kind: 'CompositeController' }, patch: JSON.stringify(hooks) }],
  })
  for (const object of objects) if (object.kind === 'CompositeController') annotateRunner(object)
  // `make install` applies the CRD.
  return objects.filter((object) => !isCrd(object))
}

/** Metacontroller's CRDs where the cluster has none, labelled as installed by `run`. */
export async function missingMetacontrollerCrds({ kubectl }: Cluster): Promise<KubeObject[]> {
  const { failure } = await kubectl(['get', 'crd', composites])
  if (failure === undefined) return []
  const crds = (await metacontrollerManifests()).filter(isCrd)
  for (const { metadata } of crds)
    metadata.labels = { ...metadata.labels, [installedByLabel]: 'run' }
  return withoutExisting(kubectl, crds)
}

/** Writes a self-contained kubeconfig of this context. */
export async function writeKubeconfig({ kubectl }: Cluster): Promise<string> {
  const text = await ask(kubectl, 'config', 'view', '--minify', '--flatten', '--raw')
  const file = join(runFolder, 'kubeconfig')
  onExitRemove(file)
  await writeFile(file, text, { mode: 0o600 })
  // The mode above does not apply to a file that a killed process left.
  await chmod(file, 0o600)
  return file
}
