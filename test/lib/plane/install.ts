import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { awaitEstablished } from '../../../hack/coinflips/crd.ts'
import type { Kubectl } from '../../../hack/kube/kubectl.ts'
import { apply, type KubeObject } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/lib/manifests.ts'
import { isCrd } from '../../../hack/metacontroller/install.ts'
import { type HookEndpoint, withHooksAt } from './hook-endpoint.ts'
import { renderFor } from './render.ts'

/**
 * Applies the CRDs of Metacontroller, from a folder of its manifests, and ours; answers the other
 * objects of the overlay `host`, which `make run` applies.
 */
export async function installCrds(kubectl: Kubectl, manifests: string) {
  const foreign = await readFile(join(manifests, 'metacontroller-crds-v1.yaml'), 'utf8')
  const objects = await renderFor(kubectl, 'manifests/overlays/host')
  const crds = [...parseObjects(foreign), ...objects].filter(isCrd)
  await apply(kubectl, crds)
  await awaitEstablished(
    kubectl,
    crds.map(({ metadata }) => metadata.name),
  )
  const composite = objects.find(({ kind }) => kind === 'CompositeController') as KubeObject
  const policies = objects.filter((object) => !isCrd(object) && object !== composite)
  return { composite, policies }
}

/** Applies everything that `make run` applies, with the hooks at an endpoint. */
export async function install(
  kubectl: Kubectl,
  manifests: string,
  endpoint: HookEndpoint,
): Promise<void> {
  const { composite, policies } = await installCrds(kubectl, manifests)
  await apply(kubectl, [withHooksAt(composite, endpoint), ...policies])
}
