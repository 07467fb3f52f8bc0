import { awaitEstablished } from '../../../hack/coinflips/crd.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/lib/manifests.ts'
import { isCrd } from '../../../hack/metacontroller/install.ts'
import { removeController } from '../../../hack/metacontroller/remove-controller.ts'
import { type HookEndpoint, withHooksAt } from '../plane/hook-endpoint.ts'
import { policiesWork } from './admission.ts'
import type { Api } from './api.ts'
import { compose } from './composed.ts'
import { fileOf, type Kubectl } from './kubectl.ts'

/** Installs the CRDs; the result installs and removes the rest. */
export async function hostOperator(options: {
  kubectl: Kubectl
  api: Api
  dir: string
  /** Of the service. */
  url: URL
  /** Folder of Metacontroller's manifests; without its CRDs there is no CompositeController. */
  metacontrollerManifests: string | undefined
}) {
  const { kubectl, api, dir, url, metacontrollerManifests } = options
  // Validation would read the whole OpenAPI description each time.
  const apply = (objects: readonly object[]) =>
    kubectl(
      'apply',
      '--server-side',
      '--force-conflicts',
      '--validate=false',
      '-f',
      fileOf(dir, objects),
    )
  const objects = await compose(options, 'manifests/overlays/host')
  const foreign = metacontrollerManifests
    ? parseObjects(await kubectl('kustomize', metacontrollerManifests))
    : []
  const crds = [...foreign, ...objects].filter(isCrd)
  const controller = objects.find(({ kind }) => kind === 'CompositeController')
  const isMutating = ({ kind }: KubeObject) => kind.startsWith('MutatingAdmissionPolicy')
  // Without the CRD of CompositeControllers they refuse every CoinFlip.
  const addFinalizer = foreign.length > 0 && objects.some(isMutating)
  const policies = objects.filter(
    (object) => !isCrd(object) && object !== controller && (addFinalizer || !isMutating(object)),
  )

  async function redirect(endpoint: HookEndpoint = { url }): Promise<void> {
    if (!metacontrollerManifests) return
    const file = fileOf(dir, [withHooksAt(controller as KubeObject, endpoint)])
    // Not server-side, which would keep fields that a case has patched.
    await kubectl('apply', '--validate=false', '-f', file)
  }
  /** In the order of `make undeploy`. */
  const remove = (force: boolean) => removeController(kubectl.run, { force, again: 'make e2e' })

  await apply(crds)
  await awaitEstablished(
    kubectl.run,
    crds.map(({ metadata }) => metadata.name),
  )
  return {
    redirect,
    async install(): Promise<void> {
      await redirect()
      await apply(policies)
      await policiesWork(api, addFinalizer)
    },
    remove: () => remove(false),
    forceRemove: () => remove(true),
  }
}
