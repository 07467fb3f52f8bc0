import type { KubeObject } from '../../hack/kube/objects.ts'

/** What only Helm adds. */
const helmLabels = ['helm.sh/chart', 'instance', 'managed-by', 'version'].map((name) =>
  name.includes('/') ? name : `app.kubernetes.io/${name}`,
)
const helmAnnotations = /^(checksum|helm\.sh|meta\.helm\.sh)\//

type Named = { name: string }
const byName = (one: Named, other: Named) => one.name.localeCompare(other.name)

function withoutHelm(metadata: KubeObject['metadata']): KubeObject['metadata'] {
  const { labels = {}, annotations = {}, ...rest } = metadata
  const kept = Object.entries(annotations).filter(([name]) => !helmAnnotations.test(name))
  for (const name of helmLabels) delete labels[name]
  return {
    ...rest,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
  }
}

/** The name of a generated ConfigMap without the hash of its contents. */
const withoutHash = (name: string) => name.replace(/-[0-9a-z]{10}$/, '')

/** A pod spec in which order and generated names are the same for Helm and kustomize. */
function normalizePod(spec: Record<string, unknown>): void {
  // biome-ignore lint/suspicious/noExplicitAny: lists of a pod
  const { containers, volumes = [] } = spec as any
  for (const { env = [], envFrom = [], volumeMounts = [] } of containers) {
    for (const list of [env, volumeMounts]) list.sort(byName)
    for (const { configMapRef } of envFrom) configMapRef.name = withoutHash(configMapRef.name)
  }
  volumes.sort(byName)
  for (const { configMap } of volumes) if (configMap) configMap.name = withoutHash(configMap.name)
}

/** Objects by kind and name, without what differs between Helm and kustomize by nature. */
export function normalize(objects: readonly KubeObject[]): Record<string, KubeObject> {
  const entries = structuredClone(objects).flatMap((object) => {
    const { kind, metadata, spec } = object
    // Helm creates the namespace outside of the chart.
    if (kind === 'Namespace') return []
    object.metadata = withoutHelm(metadata)
    if (kind === 'ConfigMap') object.metadata.name = withoutHash(metadata.name)
    if (spec?.template) {
      spec.template.metadata = withoutHelm(spec.template.metadata)
      normalizePod(spec.template.spec)
    }
    // Of a certificate that a kustomization does not know.
    if (kind === 'CompositeController')
      for (const hook of ['sync', 'finalize']) delete spec.hooks[hook].webhook.caBundle
    return [[`${kind} ${object.metadata.name}`, object]]
  })
  return Object.fromEntries(entries)
}
