import { createSamples } from './coinflips/samples.ts'
import { showStatus } from './coinflips/status.ts'
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

/** Metacontroller may take half a minute to discover a new kind. */
const settleSeconds = 90

await script(async () => {
  await requireKind()
  const image = await buildForKind()
  await createKindCluster()
  const cluster = await connect(kindContext)
  const { kubectl, namespace } = cluster
  requireKubernetesVersion(cluster)
  await loadImages(image)
  await deploy(cluster, await deploySettings({ IMG: image, TLS: process.env.TLS }), 'pod')
  for (const name of await createSamples(kubectl, namespace))
    if (!(await showStatus(kubectl, { namespace, name }, { seconds: settleSeconds }))) return 1
  say('ready: `make flip NAME=x`, `make listen`, and `make kind-down` when done')
  return 0
})
