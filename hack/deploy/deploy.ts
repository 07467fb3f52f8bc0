import { awaitEstablished, coinflips } from '../coinflips/crd.ts'
import { type Cluster, requireKubernetesVersion } from '../kube/context.ts'
import { apply } from '../kube/objects.ts'
import { costsOf } from '../kube/releases.ts'
import { awaitRollout } from '../kube/rollout.ts'
import { step, warn } from '../lib/script.ts'
import { installMetacontroller, renderMetacontroller } from '../metacontroller/install.ts'
import type { NatsStore } from './compose.ts'
import { renderParts, secretsFor } from './parts.ts'
import { preflight } from './preflight.ts'
import type { DeploySettings } from './settings.ts'
import { systemNamespace } from './system.ts'

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
  for (const cost of costsOf(cluster.version)) warn(cost)

  // From here on the cluster changes; each step may be repeated.
  await step(`applying the CRD ${coinflips}`, async () => {
    await apply(kubectl, parts.crds)
    await awaitEstablished(kubectl, [coinflips])
  })
  if (metacontroller) await installMetacontroller(kubectl, metacontroller)
  await apply(kubectl, parts.namespaces)
  await step(`applying the service and what it needs (${settings.image})`, () =>
    apply(kubectl, [...secretsFor(settings), ...parts.operator]),
  )
  for (const workload of parts.operator.filter(({ spec }) => spec?.template))
    await step(`waiting for ${workload.metadata.name} in ${systemNamespace}`, () =>
      awaitRollout(kubectl, workload),
    )
}
