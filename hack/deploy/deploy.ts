import { trustBundle } from '../../server/cluster/trust.ts'
import { awaitEstablished, coinflips } from '../coinflips/crd.ts'
import {
  type Cluster,
  missingFinalizerWarning,
  requireKubernetesVersion,
  supportsMutatingAdmissionPolicy,
} from '../kube/context.ts'
import type { Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject } from '../kube/objects.ts'
import { awaitRollout } from '../kube/rollout.ts'
import { step, warn } from '../lib/script.ts'
import { bundleOf, setBundle, setTrustedBundle } from '../metacontroller/composite.ts'
import { installMetacontroller, renderMetacontroller } from '../metacontroller/install.ts'
import type { NatsStore } from './compose.ts'
import { type Parts, renderParts, secretsFor } from './parts.ts'
import { preflight } from './preflight.ts'
import type { DeploySettings } from './settings.ts'
import { systemNamespace } from './system.ts'
import { type HookTls, issueHookTls, makeHookTls, markPods } from './tls.ts'

function certificate(kubectl: Kubectl, { certificates }: Parts): Promise<HookTls> {
  if (certificates.length === 0) return makeHookTls()
  return step('requesting a certificate from cert-manager', () =>
    issueHookTls(kubectl, certificates),
  )
}

/**
 * Sets the certificates in the objects. The present CompositeController trusts the new CA before the
 * first pod presents its certificate.
 */
async function useTls(
  kubectl: Kubectl,
  parts: Parts,
  tls: HookTls,
  present: KubeObject | undefined,
): Promise<void> {
  const bundle = trustBundle(tls.ca, bundleOf(present))
  for (const composite of parts.composites) setBundle(composite, bundle)
  for (const object of parts.operator) if (object.kind === 'Deployment') markPods(object, tls)
  if (bundleOf(present) !== undefined) await setTrustedBundle(kubectl, bundle)
}

/** Deploys or updates everything, and waits until it is ready. */
export async function deploy(
  cluster: Cluster,
  settings: DeploySettings,
  store?: NatsStore,
): Promise<void> {
  const { kubectl } = cluster
  requireKubernetesVersion(cluster)
  const found = await preflight(cluster, settings, store)
  const parts = await renderParts(cluster, settings, found)
  const metacontroller = found.installMetacontroller ? await renderMetacontroller() : undefined
  for (const hint of found.hints) warn(hint)
  if (!supportsMutatingAdmissionPolicy(cluster)) warn(missingFinalizerWarning)

  // From here on the cluster changes; each step may be repeated.
  await step(`applying the CRD ${coinflips}`, async () => {
    await apply(kubectl, parts.crds)
    await awaitEstablished(kubectl, [coinflips])
  })
  if (metacontroller) await installMetacontroller(kubectl, metacontroller)
  await apply(kubectl, parts.namespaces)
  const tls = settings.tls ? await certificate(kubectl, parts) : undefined
  if (tls) await useTls(kubectl, parts, tls, found.composite)
  await step(`applying the service and what it needs (${settings.image})`, () =>
    apply(kubectl, [...secretsFor(settings, tls), ...parts.operator]),
  )
  for (const workload of parts.operator.filter(({ spec }) => spec?.template))
    await step(`waiting for ${workload.metadata.name} in ${systemNamespace}`, () =>
      awaitRollout(kubectl, workload),
    )
  await step('applying the CompositeController', () => apply(kubectl, parts.composites))
}
