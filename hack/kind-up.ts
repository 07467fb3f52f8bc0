import { showSamples } from './coinflips/show-samples.ts'
import { deploy } from './deploy/deploy.ts'
import { deploySettings } from './deploy/settings.ts'
import { connect, requireKubernetesVersion } from './kube/context.ts'
import {
  buildForKind,
  createKindCluster,
  kindContext,
  loadImages,
  requireKind,
} from './kube/kind.ts'
import { say, script } from './lib/script.ts'

await script(async () => {
  await requireKind()
  const image = await buildForKind()
  await createKindCluster()
  const cluster = await connect(kindContext)
  requireKubernetesVersion(cluster)
  await loadImages(image)
  await deploy(cluster, await deploySettings({ IMG: image, TLS: process.env.TLS }), 'pod')
  await showSamples(cluster)
  say('ready: `make flip NAME=x`, `make listen`, and `make kind-down` when done')
})
