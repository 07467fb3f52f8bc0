import type { Cluster } from '../kube/context.ts'
import type { KubeObject } from '../kube/objects.ts'
import { render } from '../kube/render.ts'
import { isCrd } from '../metacontroller/install.ts'
import { composeDeployment } from './compose.ts'
import type { Preflight } from './preflight.ts'
import type { DeploySettings } from './settings.ts'
import { secretOf } from './system.ts'

/** The objects of a deployment by the step in which they are applied. */
export interface Parts {
  crds: KubeObject[]
  namespaces: KubeObject[]
  operator: KubeObject[]
}

function partOf(object: KubeObject): keyof Parts {
  if (isCrd(object)) return 'crds'
  return object.kind === 'Namespace' ? 'namespaces' : 'operator'
}

/** Sorts objects into the parts. */
export function partsOf(objects: readonly KubeObject[]): Parts {
  const parts: Parts = { crds: [], namespaces: [], operator: [] }
  for (const object of objects) parts[partOf(object)].push(object)
  return parts
}

/** Renders everything that is deployed except Metacontroller. */
export async function renderParts(
  { version }: Pick<Cluster, 'version'>,
  settings: DeploySettings,
  { store, certManager }: Preflight,
): Promise<Parts> {
  const composed = composeDeployment(settings, { version, store, certManager })
  return partsOf(await render('deploy', composed))
}

/** The Secret that the pods mount, except the one with the certificate. */
export function secretsFor({
  natsCredentials,
}: Pick<DeploySettings, 'natsCredentials'>): KubeObject[] {
  if (!natsCredentials) return []
  return [secretOf('coinflip-nats-credentials', 'Opaque', { 'nats.creds': natsCredentials })]
}
