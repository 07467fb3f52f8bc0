import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../kube/context.ts'
import { canStamp } from '../kube/context.ts'
import { ask } from '../kube/kubectl.ts'
import { type KubeObject, runFolder } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { onExitRemove } from '../lib/exit.ts'
import { composites, markRunBy } from '../metacontroller/composite.ts'
import { isCrd, withoutForeign } from '../metacontroller/install.ts'
import { metacontrollerManifests } from '../metacontroller/manifests.ts'
import { broughtBy } from '../metacontroller/metacontroller.ts'

/** What `run` applies: the admission policies, and a CompositeController that leads to `url`. */
export async function hostObjects(cluster: Cluster, url: string): Promise<KubeObject[]> {
  const hooks = ['sync', 'finalize'].map((hook) => ({
    op: 'replace',
    path: `/spec/hooks/${hook}/webhook/url`,
    value: `${url}/${hook}`,
  }))
  const objects = await render('host', {
    resources: [`${manifests}/overlays/host`],
    components: canStamp(cluster) ? [] : [`${manifests}/components/kubernetes-1.35`],
    patches: [{ target: { kind: 'CompositeController' }, patch: JSON.stringify(hooks) }],
  })
  for (const object of objects) if (object.kind === 'CompositeController') markRunBy(object)
  // The CRD is the business of `install`.
  return objects.filter((object) => !isCrd(object))
}

/** Metacontroller's CRDs where the cluster has none, marked as brought by `run`. */
export async function metacontrollerCrds({ kubectl }: Cluster): Promise<KubeObject[]> {
  const { failure } = await kubectl(['get', 'crd', composites])
  if (failure === undefined) return []
  const crds = (await metacontrollerManifests()).filter(isCrd)
  for (const { metadata } of crds) metadata.labels = { ...metadata.labels, [broughtBy]: 'run' }
  return withoutForeign(kubectl, crds)
}

/** Writes a kubeconfig of the one context, with all that it refers to inside. */
export async function writeKubeconfig({ kubectl }: Cluster): Promise<string> {
  const text = await ask(kubectl, 'config', 'view', '--minify', '--flatten', '--raw')
  const file = join(runFolder, 'kubeconfig')
  onExitRemove(file)
  await writeFile(file, text, { mode: 0o600 })
  // One that a killed process left keeps its mode.
  await chmod(file, 0o600)
  return file
}
