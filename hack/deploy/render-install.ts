import type { KubeObject } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { imageReplacement } from './compose.ts'

/** Everything that belongs into a cluster beside Metacontroller, with components of manifests/. */
export function renderInstall(
  image: string,
  components: readonly string[] = [],
): Promise<KubeObject[]> {
  return render('install-yaml', {
    resources: [`${manifests}/overlays/install`],
    components: components.map((name) => `${manifests}/components/${name}`),
    images: [imageReplacement(image)],
  })
}
