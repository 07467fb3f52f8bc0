import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, type Kubectl } from '../../../hack/kube/kubectl.ts'
import { apply, type KubeObject } from '../../../hack/kube/objects.ts'
import { parseObjects } from '../../../hack/kube/render.ts'
import type { Certificates } from '../../../hack/lib/certificates.ts'
import { root } from '../../../hack/lib/root.ts'
import { UserError } from '../../../hack/lib/user-error.ts'

export interface InstallOptions {
  /** Folder with Metacontroller's own manifests, of which the CRDs are taken. */
  manifests: string
  hooksPort: number
  /** Of the hooks, when they speak https. */
  certificates?: Certificates | undefined
  /** Another one than that of manifests/controller. */
  resyncPeriodSeconds?: number | undefined
}

export function hooksUrl({ hooksPort, certificates }: InstallOptions): string {
  return `${certificates ? 'https' : 'http'}://127.0.0.1:${hooksPort}`
}

/** Points the CompositeController of the overlay `host` to where the hooks are. */
function aim({ spec }: KubeObject, options: InstallOptions): void {
  const { hooksPort, certificates, resyncPeriodSeconds } = options
  for (const hook of ['sync', 'finalize'])
    spec.hooks[hook].webhook.url = `${hooksUrl(options)}/${hook}`
  if (certificates)
    spec.endpointConfigs = [
      { host: `127.0.0.1:${hooksPort}`, caBundle: { inline: certificates.ca } },
    ]
  if (resyncPeriodSeconds) spec.resyncPeriodSeconds = resyncPeriodSeconds
}

/** Applies what `make run` applies: Metacontroller's CRDs, ours, the policies, and the rest. */
export async function install(kubectl: Kubectl, options: InstallOptions): Promise<void> {
  const file = join(options.manifests, 'metacontroller-crds-v1.yaml')
  await apply(kubectl, parseObjects(await readFile(file, 'utf8')))
  const host = await ask(kubectl, 'kustomize', join(root, 'manifests/overlays/host'))
  const objects = parseObjects(host)
  const composite = objects.find(({ kind }) => kind === 'CompositeController')
  if (!composite) throw new UserError('manifests/overlays/host holds no CompositeController')
  aim(composite, options)
  await apply(
    kubectl,
    objects.filter((object) => object !== composite),
  )
  await ask(kubectl, 'wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s')
  await apply(kubectl, [composite])
}
