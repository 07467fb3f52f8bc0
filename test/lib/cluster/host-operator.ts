import { join } from 'node:path'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/kube/render.ts'
import { root } from '../../../hack/lib/root.ts'
import { isCrd } from '../../../hack/metacontroller/install.ts'
import { leave } from '../../../hack/metacontroller/remove-controller.ts'
import { policiesWork } from './admission.ts'
import type { Api } from './api.ts'
import { established } from './established.ts'
import { fileOf, type Kubectl } from './kubectl.ts'

/** Where Metacontroller shall call, the authority of a certificate there, and what it shows. */
export interface Webhooks {
  url: URL
  ca?: string
  /** `authorization` and `clientTLS` of an endpoint. */
  credentials?: object
}

const overlay = join(root, 'manifests/overlays/host')

/** The controller with its webhooks led elsewhere. */
function led(controller: KubeObject, { url, ca, credentials }: Webhooks): KubeObject {
  const copy = structuredClone(controller)
  for (const name of ['sync', 'finalize'])
    copy.spec.hooks[name].webhook.url = new URL(name, url).href
  if (ca) {
    const caBundle = { inline: ca }
    copy.spec.endpointConfigs = [{ host: url.host, caBundle, ...credentials }]
  }
  return copy
}

/** Puts the CRDs into a cluster; what it answers installs the rest, and takes it out again. */
export async function hostOperator(options: {
  kubectl: Kubectl
  api: Api
  dir: string
  /** Of the service. */
  url: URL
  /** Folder of them; without Metacontroller's CRDs there is no CompositeController. */
  metacontrollerManifests: string | undefined
}) {
  const { kubectl, api, dir, url, metacontrollerManifests } = options
  // Without validation, which would read the whole API description each time.
  const apply = (objects: readonly object[]) =>
    kubectl(
      'apply',
      '--server-side',
      '--force-conflicts',
      '--validate=false',
      '-f',
      fileOf(dir, objects),
    )
  const render = async (folder: string) => parseObjects(await kubectl('kustomize', folder))

  const objects = await render(overlay)
  const foreign = metacontrollerManifests ? await render(metacontrollerManifests) : []
  const crds = [...foreign, ...objects].filter(isCrd)
  const controller = objects.find(({ kind }) => kind === 'CompositeController')
  const policies = objects.filter((object) => !isCrd(object) && object !== controller)

  async function lead(webhooks: Webhooks = { url }): Promise<void> {
    if (metacontrollerManifests) await apply([led(controller as KubeObject, webhooks)])
  }
  /** In the order of `make undeploy`, and of the end of `make run`. */
  const remove = (force: boolean) =>
    leave({ kubectl: (args) => kubectl.try(...args), force, served: true, again: 'make e2e' })

  await apply(crds)
  await established(api, crds)
  return {
    lead,
    async install(): Promise<void> {
      await apply(policies)
      await policiesWork(api)
      await lead()
    },
    remove: () => remove(false),
    forceRemove: () => remove(true),
  }
}
