import type { KubeObject } from '../../../hack/kube/objects.ts'
import { renderFor } from '../plane/render.ts'
import type { Environment } from './environment.ts'

/** Renders a base with components for the cluster of an environment. */
export function compose(
  { kubectl }: Pick<Environment, 'kubectl'>,
  base: string,
  components: readonly string[] = [],
): Promise<KubeObject[]> {
  return renderFor(kubectl.run, base, components)
}
