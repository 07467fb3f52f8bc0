import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, type Kubectl } from '../../../hack/kube/kubectl.ts'
import { apply } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/kube/render.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { isCrd } from '../../../hack/metacontroller/install.ts'
import { type HookEndpoint, withHooksAt } from './hook-endpoint.ts'

/**
 * Applies the manifests of `make run`: Metacontroller's CRDs from a folder of its manifests, and the
 * overlay `host`, with the hooks at an endpoint.
 */
export async function install(
  kubectl: Kubectl,
  manifests: string,
  endpoint: HookEndpoint,
): Promise<void> {
  const file = join(manifests, 'metacontroller-crds-v1.yaml')
  await apply(kubectl, parseObjects(await readFile(file, 'utf8')))
  const host = await ask(kubectl, 'kustomize', join(root, 'manifests/overlays/host'))
  const objects = parseObjects(host)
  const composite = objects.find(({ kind }) => kind === 'CompositeController')
  if (!composite) throw new UserError('manifests/overlays/host holds no CompositeController')
  const crds = objects.filter(isCrd)
  await apply(kubectl, crds)
  await ask(kubectl, 'wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s')
  const others = objects.filter((object) => object !== composite && !crds.includes(object))
  await apply(kubectl, [withHooksAt(composite, endpoint), ...others])
}
