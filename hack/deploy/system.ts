import type { KubeObject } from '../kube/objects.ts'

/** Namespace of everything that `deploy` installs except Metacontroller. */
export const systemNamespace = 'coinflip-system'

/** Label of all our objects. */
export const partOf = { 'app.kubernetes.io/part-of': 'coinflip-operator' }

/** A Secret in our namespace. */
export function secretOf(
  name: string,
  type: string,
  stringData: Record<string, string>,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: systemNamespace, labels: partOf },
    type,
    stringData,
  }
}
