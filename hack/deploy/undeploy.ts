import { listCoinFlips } from '../coinflips/coinflips.ts'
import { coinflips } from '../coinflips/crd.ts'
import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { counted, say, step } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { findComposite, runnerOf, runsOnHost } from '../metacontroller/composite.ts'
import { removeMetacontroller } from '../metacontroller/remove.ts'
import { remove, removeController } from '../metacontroller/remove-controller.ts'
import { partOf, systemNamespace } from './system.ts'

const selector = Object.entries(partOf)
  .map(([name, value]) => `${name}=${value}`)
  .join(',')
const workloads = 'deployments.apps,statefulsets.apps,cronjobs.batch,poddisruptionbudgets.policy'
const others =
  'services,networkpolicies.networking.k8s.io,serviceaccounts,configmaps,secrets,' +
  'roles.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io'
/** The admission policies of CoinFlips are removed with the CompositeController, in an order. */
const clusterWide =
  'clusterroles,clusterrolebindings,' +
  'validatingadmissionpolicybindings.admissionregistration.k8s.io,' +
  'validatingadmissionpolicies.admissionregistration.k8s.io'

/** Removes the namespace, or only its objects where a volume there holds the stream. */
async function removeNamespace(kubectl: Kubectl): Promise<void> {
  const found = await find<KubeObject>(kubectl, 'namespace', systemNamespace)
  if (!found) return
  const inside = ['--namespace', systemNamespace]
  const claims = await find<{ items: KubeObject[] }>(kubectl, 'persistentvolumeclaims', ...inside)
  const [claim] = claims?.items ?? []
  await step(`removing the service (namespace ${systemNamespace})`, async () => {
    if (!claim) return remove(kubectl, 'namespace', systemNamespace)
    const issued = 'certificates.cert-manager.io,issuers.cert-manager.io'
    for (const kinds of [workloads, issued, others])
      await remove(kubectl, kinds, ...inside, '--selector', selector)
  })
  if (claim)
    say(
      `the stream stays, in the volume claim ${systemNamespace}/${claim.metadata.name}: ` +
        `\`kubectl delete namespace ${systemNamespace}\` deletes it`,
    )
}

/** Removes the CRD only where there are no CoinFlips. */
async function removeCrd(kubectl: Kubectl): Promise<void> {
  const rows = await listCoinFlips(kubectl)
  if (rows?.length === 0)
    await step(`removing the CRD ${coinflips}`, () => remove(kubectl, 'crd', coinflips))
  else if (rows)
    say(
      `${counted(rows.length, 'CoinFlip')} and the CRD stay: \`make uninstall\` says how to delete them`,
    )
}

/** Removes everything that `deploy` installed, or that a killed `run` left behind. */
export async function undeploy(kubectl: Kubectl, force: boolean): Promise<void> {
  const composite = await findComposite(kubectl)
  const runner = composite && runsOnHost(composite) ? runnerOf(composite) : undefined
  if (runner && !force)
    throw new UserError(
      `undeploy: \`make run\` (${runner}) serves this cluster: end that by Ctrl-C, or FORCE=1`,
    )
  await removeController(kubectl, { force, again: 'make undeploy' })
  await removeNamespace(kubectl)
  await remove(kubectl, clusterWide, '--selector', selector)
  await removeMetacontroller(kubectl)
  await removeCrd(kubectl)
}
