import type { KubeObject } from '../kube/objects.ts'

/** Namespace of all that `deploy` brings, Metacontroller aside. */
export const systemNamespace = 'coinflip-system'

/** On everything of ours. */
export const partOf = { 'app.kubernetes.io/part-of': 'coinflip-operator' }

/** A Secret of ours. */
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
