import { awaitEstablished, coinflips } from '../coinflips/crd.ts'
import { type Cluster, canStamp, needRecent, unstampedWarning } from '../kube/context.ts'
import type { Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject } from '../kube/objects.ts'
import { awaitRollout } from '../kube/rollout.ts'
import { warn } from '../lib/script.ts'
import { step } from '../lib/step.ts'
import { bundleOf, setBundle, trust } from '../metacontroller/composite.ts'
import { bringMetacontroller, metacontrollerToBring } from '../metacontroller/install.ts'
import type { NatsStore } from './compose.ts'
import { type Parts, renderParts, secretsFor } from './parts.ts'
import { survey } from './preflight.ts'
import type { DeploySettings } from './settings.ts'
import { systemNamespace } from './system.ts'
import { type HookTls, issueHookTls, makeHookTls, markPods, trustBundle } from './tls.ts'

function certificate(kubectl: Kubectl, { certificates }: Parts): Promise<HookTls> {
  if (certificates.length === 0) return makeHookTls()
  return step('having cert-manager make a certificate', () => issueHookTls(kubectl, certificates))
}

/**
 * Puts the certificates in their places. What serves now trusts the new one from here on, before
 * the first pod shows it.
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
  if (bundleOf(present) !== undefined) await trust(kubectl, bundle)
}

/** Brings everything into the cluster, or up to date there, and waits until it is ready. */
export async function deploy(
  cluster: Cluster,
  settings: DeploySettings,
  store?: NatsStore,
): Promise<void> {
  const { kubectl } = cluster
  needRecent(cluster)
  const found = await survey(cluster, settings, store)
  const parts = await renderParts(cluster, settings, found)
  const metacontroller = found.bringMetacontroller ? await metacontrollerToBring() : undefined
  for (const hint of found.hints) warn(hint)
  if (!canStamp(cluster)) warn(unstampedWarning)

  // From here on the cluster is changed; each step may be repeated.
  await step(`applying the CRD ${coinflips}`, async () => {
    await apply(kubectl, parts.crds)
    await awaitEstablished(kubectl, [coinflips])
  })
  if (metacontroller) await bringMetacontroller(kubectl, metacontroller)
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
