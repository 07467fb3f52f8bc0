import { awaitEstablished } from '../coinflips/crd.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject, writeObjects } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { awaitRollout } from '../kube/rollout.ts'
import { step } from '../lib/script.ts'
import { imageIn, metacontrollerManifests } from './manifests.ts'
import { installedByLabel } from './metacontroller.ts'

/** Metacontroller's own manifests with our component over them. */
export async function renderMetacontroller(): Promise<KubeObject[]> {
  const own = await step("getting Metacontroller's manifests", () => metacontrollerManifests())
  await writeObjects('metacontroller/upstream.yaml', own)
  return render('metacontroller', {
    resources: ['upstream.yaml'],
    components: [`${manifests}/components/metacontroller-production`],
  })
}

export function isCrd({ kind }: KubeObject): boolean {
  return kind === 'CustomResourceDefinition'
}

/** Leaves out CRDs and namespaces that exist and are not ours, so that they stay unchanged. */
export async function withoutExisting(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
): Promise<KubeObject[]> {
  const ours: KubeObject[] = []
  for (const object of objects) {
    const { kind, metadata } = object
    const shared = isCrd(object) || kind === 'Namespace'
    const present = shared && (await find<KubeObject>(kubectl, kind, metadata.name))
    if (!present || present.metadata.labels?.[installedByLabel]) ours.push(object)
  }
  return ours
}

/** Applies Metacontroller and waits until it is ready. */
export async function installMetacontroller(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
): Promise<void> {
  await step(`applying Metacontroller (${imageIn(objects)})`, async () => {
    await apply(kubectl, await withoutExisting(kubectl, objects))
    const names = objects.filter(isCrd).map(({ metadata }) => metadata.name)
    await awaitEstablished(kubectl, names)
  })
  for (const workload of objects.filter(({ kind }) => kind === 'StatefulSet'))
    await step(`waiting for ${workload.metadata.name}`, () => awaitRollout(kubectl, workload))
}
