import { awaitEstablished } from '../coinflips/crd.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject, writeObjects } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { awaitRollout } from '../kube/rollout.ts'
import { step } from '../lib/step.ts'
import { imageIn, metacontrollerManifests } from './manifests.ts'
import { broughtBy } from './metacontroller.ts'

/** Metacontroller's objects as we bring them: its own, with our component over them. */
export async function metacontrollerToBring(): Promise<KubeObject[]> {
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

/** Without the CRDs and namespaces that were there before us: those stay as they are. */
export async function withoutForeign(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
): Promise<KubeObject[]> {
  const ours: KubeObject[] = []
  for (const object of objects) {
    const { kind, metadata } = object
    const shared = isCrd(object) || kind === 'Namespace'
    const present = shared && (await find<KubeObject>(kubectl, kind, metadata.name))
    if (!present || present.metadata.labels?.[broughtBy]) ours.push(object)
  }
  return ours
}

/** Applies Metacontroller and waits until it runs. */
export async function bringMetacontroller(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
): Promise<void> {
  await step(`applying Metacontroller (${imageIn(objects)})`, async () => {
    await apply(kubectl, await withoutForeign(kubectl, objects))
    const names = objects.filter(isCrd).map(({ metadata }) => metadata.name)
    await awaitEstablished(kubectl, names)
  })
  for (const workload of objects.filter(({ kind }) => kind === 'StatefulSet'))
    await step(`waiting for ${workload.metadata.name}`, () => awaitRollout(kubectl, workload))
}
