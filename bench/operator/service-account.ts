import { dirname, join } from 'node:path'
import { apply } from '../../hack/kube/objects.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { type Access, writeKubeconfig } from '../../test/lib/plane/api-server.ts'
import type { ControlPlane } from '../../test/lib/plane/control-plane.ts'

/** Access as a service account, which API Priority and Fairness counts; not so the administrator. */
export interface ServiceAccount extends Access {
  namespace: string
  kubeconfig: string
}

/** Creates a service account that may do everything, in a namespace of the same name. */
export async function createServiceAccount(
  { kubectl, kubeconfig: ofAdministrator, access }: ControlPlane,
  name: string,
): Promise<ServiceAccount> {
  const metadata = { name, namespace: name }
  const rbac = 'rbac.authorization.k8s.io'
  await apply(kubectl, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ])
  const { stdout, failure } = await kubectl(['create', 'token', name, '--namespace', name])
  if (failure) throw new UserError(`no token for the service account ${name}: ${failure}`)
  const own = { ...access, token: stdout.trim() }
  const kubeconfig = join(dirname(ofAdministrator), `kubeconfig-${name}`)
  await writeKubeconfig(kubeconfig, own)
  return { ...own, namespace: name, kubeconfig }
}
