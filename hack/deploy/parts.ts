import { secretName } from '../../server/cluster/hook-secret.ts'
import { type Cluster, supportsMutatingAdmissionPolicy } from '../kube/context.ts'
import type { KubeObject } from '../kube/objects.ts'
import { render } from '../kube/render.ts'
import { isCrd } from '../metacontroller/install.ts'
import { composeDeployment } from './compose.ts'
import type { Preflight } from './preflight.ts'
import type { DeploySettings } from './settings.ts'
import { secretOf } from './system.ts'
import type { HookTls } from './tls.ts'

/** The objects of a deployment by the step in which they are applied. */
export interface Parts {
  crds: KubeObject[]
  namespaces: KubeObject[]
  /** Requests to cert-manager. */
  certificates: KubeObject[]
  operator: KubeObject[]
  composites: KubeObject[]
}

function partOf(object: KubeObject): keyof Parts {
  if (isCrd(object)) return 'crds'
  if (object.apiVersion.startsWith('cert-manager.io/')) return 'certificates'
  if (object.kind === 'Namespace') return 'namespaces'
  return object.kind === 'CompositeController' ? 'composites' : 'operator'
}

/** Sorts objects into the parts. */
export function partsOf(objects: readonly KubeObject[]): Parts {
  const parts: Parts = { crds: [], namespaces: [], certificates: [], operator: [], composites: [] }
  for (const object of objects) parts[partOf(object)].push(object)
  return parts
}

/** Renders everything that is deployed except Metacontroller. */
export async function renderParts(
  cluster: Cluster,
  settings: DeploySettings,
  { store, certManager }: Preflight,
): Promise<Parts> {
  const found = {
    store,
    certManager,
    supportsMutatingAdmissionPolicy: supportsMutatingAdmissionPolicy(cluster),
  }
  return partsOf(await render('deploy', composeDeployment(settings, found)))
}

/** The Secrets that the pods mount, except the one that cert-manager writes. */
export function secretsFor(
  { natsCredentials }: Pick<DeploySettings, 'natsCredentials'>,
  tls: HookTls | undefined,
): KubeObject[] {
  const secrets: KubeObject[] = []
  if (tls?.key) {
    const data = { 'ca.crt': tls.ca, 'tls.crt': tls.cert, 'tls.key': tls.key }
    secrets.push(secretOf(secretName, 'kubernetes.io/tls', data))
  }
  if (natsCredentials) {
    const data = { 'nats.creds': natsCredentials }
    secrets.push(secretOf('coinflip-nats-credentials', 'Opaque', data))
  }
  return secrets
}
